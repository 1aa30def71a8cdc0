import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

interface Answer {
  statusCode: number;
  message: string;
}

/** Answers as Fastify answers errors. */
export function answer(reply: FastifyReply, { statusCode, message }: Answer): FastifyReply {
  return reply.code(statusCode).send({ statusCode, error: STATUS_CODES[statusCode], message });
}

/** Refuses a handshake before it completes, with a line in the log that says who and why. */
export function refuse(reply: FastifyReply, { statusCode, message }: Answer): FastifyReply {
  const { log, ip, headers } = reply.request;
  log.warn({ statusCode, ip, origin: headers.origin?.slice(0, 200) }, message);
  return answer(reply, { statusCode, message });
}

/**
 * The headers that a handshake and the proxies on its way are about. All others stay out: cookies,
 * Authorization and Sec-WebSocket-Protocol carry secrets.
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
 * Answers a plain GET of a socket's address with 426 (RFC 9110, section 15.5.22), and shows which
 * headers arrived: without an upgrade a WebSocket client ends up here, if a proxy drops it.
 */
export async function explainUpgrade(request: FastifyRequest, reply: FastifyReply) {
  reply
    .code(426)
    .headers({ connection: 'upgrade', upgrade: 'websocket', 'cache-control': 'no-store' });
  return {
    message: 'This address speaks WebSocket. No upgrade arrived with this request.',
    seen: upgradeHeaders(request),
  };
}

/**
 * Answers a request whose address cannot be decoded. Fastify does that outside of all hooks; after a
 * handshake, the stream would stay open.
 */
export function answerUndecodable(_: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { socket } = request.raw;
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => socket.destroy());
  void answer(reply, { statusCode: 400, message: 'The address cannot be used.' });
}
