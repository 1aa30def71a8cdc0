import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

// {{#if metrics}}
declare module 'fastify' {
  interface FastifyReply {
    /** Why a request was refused, for the metrics. */
    refusal?: string | undefined;
  }
}

// {{/if}}
interface Answer {
  statusCode: number;
  message: string;
  /** A short word for the kind of refusal, always the same for the same cause. */
  reason?: string;
}

/** Answers in the form of Fastify's own error responses. */
export function answer(reply: FastifyReply, given: Answer): FastifyReply {
  // {{#if metrics}}
  reply.refusal = given.reason;
  // {{/if}}
  const { statusCode, message } = given;
  return reply.code(statusCode).send({ statusCode, error: STATUS_CODES[statusCode], message });
}

/** Refuses a handshake before it completes, and logs the client and the reason. */
export function refuse(reply: FastifyReply, refusal: Required<Answer>): FastifyReply {
  const { log, ip, headers } = reply.request;
  const { statusCode, reason, message } = refusal;
  log.warn({ statusCode, reason, ip, origin: headers.origin?.slice(0, 200) }, message);
  return answer(reply, refusal);
}

/**
 * The headers that matter for a handshake through proxies. All others are left out: cookies,
 * Authorization and Sec-WebSocket-Protocol may hold secrets.
 */
export function upgradeHeaders({ headers, raw }: FastifyRequest) {
  return {
    httpVersion: raw.httpVersion,
    upgrade: headers.upgrade ?? null,
    connection: headers.connection ?? null,
    secWebSocketVersion: headers['sec-websocket-version'] ?? null,
    secWebSocketKey: headers['sec-websocket-key'] ?? null,
    host: headers.host ?? null,
    origin: headers.origin ?? null,
    xForwardedFor: headers['x-forwarded-for'] ?? null,
    xForwardedProto: headers['x-forwarded-proto'] ?? null,
  };
}

/**
 * Answers a plain GET for a WebSocket URL with 426 (RFC 9110, section 15.5.22), and shows which
 * headers arrived. A handshake also arrives here if a proxy drops the upgrade.
 */
export async function explainUpgrade(request: FastifyRequest, reply: FastifyReply) {
  reply
    .code(426)
    .headers({ connection: 'upgrade', upgrade: 'websocket', 'cache-control': 'no-store' });
  return {
    message: 'This URL is for WebSocket connections. The request had no WebSocket upgrade.',
    seen: upgradeHeaders(request),
  };
}

/**
 * Answers a request whose URL cannot be decoded. Fastify does this outside of all hooks, and would
 * leave the stream of a handshake open.
 */
export function answerUndecodable(_: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { socket } = request.raw;
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => socket.destroy());
  void answer(reply, { statusCode: 400, message: 'The URL cannot be decoded.' });
}
