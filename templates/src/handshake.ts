import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface Refusal {
  statusCode: number;
  message: string;
}

/** Refuses a handshake before it completes, with a line in the log that says who and why. */
export function refuse(reply: FastifyReply, { statusCode, message }: Refusal): FastifyReply {
  const { log, ip, headers } = reply.request;
  log.warn({ statusCode, ip, origin: headers.origin?.slice(0, 200) }, message);
  return reply.code(statusCode).send({ statusCode, error: STATUS_CODES[statusCode], message });
}

/**
 * Refuses handshakes that RFC 6455, section 4.2.1, and RFC 9112, section 3.2, call wrong, and that ws
 * accepts all the same.
 */
export function guardHandshakes(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.ws) return;
    const { httpVersion, headersDistinct } = request.raw;
    if (httpVersion !== '1.1') {
      return refuse(reply, { statusCode: 505, message: 'A handshake needs HTTP/1.1.' });
    }
    // A request that is injected by a test has no list of them.
    if (headersDistinct && headersDistinct.host?.length !== 1) {
      return refuse(reply, { statusCode: 400, message: 'A handshake needs one Host header.' });
    }
    if (String(request.headers['sec-websocket-version']) !== '13') {
      const message = 'Version 13 of the protocol is the one that is spoken here.';
      return refuse(reply.header('sec-websocket-version', '13'), { statusCode: 426, message });
    }
  });
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
 * headers arrived. A WebSocket client that ends up here came through a proxy that does not pass the
 * upgrade on.
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
