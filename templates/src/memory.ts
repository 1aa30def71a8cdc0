import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { onConnection } from './sockets.js';

/**
 * Lets go of the request and the response of each handshake. Node and @fastify/websocket would hold
 * them for as long as the connection lasts: half of what an idle one takes.
 */
export function forgetHandshakes(app: FastifyInstance): void {
  onConnection(app, ({ socket, request, reply }) => {
    const { log, raw } = request;
    // A request that is injected by a test has no stream.
    if (raw.socket) reply.raw.detachSocket(raw.socket);
    socket.on('error', (error) => log.info(error, 'The connection broke.'));
  });

  // Behind everybody else who welcomes connections: the next to listen for errors is the plugin, and
  // its listener holds both.
  app.addHook('onReady', async () => {
    app.websocketServer.on('connection', (socket: WebSocket) => {
      socket.on('newListener', function forget(event, listener) {
        if (event !== 'error') return;
        socket.off('newListener', forget);
        queueMicrotask(() => socket.off('error', listener));
      });
    });
  });
}
