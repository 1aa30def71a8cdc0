import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { onMessage } from '../messages.js';

/** The socket of this service: replace `echo` by what yours is for. */
export async function live(app: FastifyInstance): Promise<void> {
  app.route({ method: 'GET', url: '/live', handler: explainUpgrade, wsHandler: echo });
}

/** Listeners are attached before anything is awaited: messages that arrive earlier are lost. */
function echo(socket: WebSocket, request: FastifyRequest): void {
  onMessage({ socket, request }, (message, isBinary) => {
    socket.send(isBinary ? message : `Echo: ${message.toString()}`);
  });
  socket.on('close', (code) => request.log.info({ code }, 'socket closed'));
}

/**
 * Answers a plain GET with 426 (RFC 9110, section 15.5.22), and shows which headers arrived. A
 * WebSocket client that ends up here came through a proxy that does not pass the upgrade on.
 */
async function explainUpgrade(request: FastifyRequest, reply: FastifyReply) {
  const { headers, raw } = request;
  reply
    .code(426)
    .headers({ connection: 'upgrade', upgrade: 'websocket', 'cache-control': 'no-store' });
  return {
    message: 'This address speaks WebSocket. No upgrade arrived with this request.',
    seen: {
      httpVersion: raw.httpVersion,
      upgrade: headers.upgrade ?? null,
      connection: headers.connection ?? null,
      secWebSocketVersion: headers['sec-websocket-version'] ?? null,
      secWebSocketKey: headers['sec-websocket-key'] ?? null,
      host: headers.host ?? null,
      origin: headers.origin ?? null,
      xForwardedProto: headers['x-forwarded-proto'] ?? null,
    },
  };
}
