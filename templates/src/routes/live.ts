import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { explainUpgrade } from '../handshake.js';
import { onMessage } from '../messages.js';

/** The socket of this service: replace `echo` by what yours is for. */
export async function live(app: FastifyInstance): Promise<void> {
  app.route({ method: 'GET', url: '/live', handler: explainUpgrade, wsHandler: echo });
}

function echo(socket: WebSocket, request: FastifyRequest): void {
  onMessage({ socket, request }, (message, isBinary) => {
    socket.send(isBinary ? message : `Echo: ${message.toString()}`);
  });
}
