import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket, WebSocketServer } from 'ws';
import { endWithError } from './messages.js';
import type { Settings } from './settings.js';

/** Lets routes have a `wsHandler`. Must be awaited before the first of them is declared. */
export async function acceptSockets(
  app: FastifyInstance,
  settings: Pick<Settings, 'MAX_MESSAGE_BYTES' | 'SHUTDOWN_MS'>,
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: settings.MAX_MESSAGE_BYTES,
      // Compression costs 240 KB of memory per connection and most of the throughput.
      perMessageDeflate: false,
    },
    errorHandler: onError,
    preClose: async () => sayGoodbye(app.websocketServer, settings.SHUTDOWN_MS),
  });
}

/** Handlers fail by our fault; sockets fail by the peer's, and ws has closed them already. */
function onError(error: Error, socket: WebSocket, request: FastifyRequest): void {
  if (socket.readyState === socket.OPEN) {
    endWithError(error, { socket, request });
    return;
  }
  request.log.info(error, 'The connection broke.');
}

/**
 * Closes every connection with 1001, "going away" (RFC 6455, section 7.4.1), and cuts off the
 * clients that have not answered when the time is over.
 */
function sayGoodbye(server: WebSocketServer, milliseconds: number): void {
  server.close();
  for (const client of server.clients) client.close(1001, 'The service is stopping');
  // Unanswered sockets keep the process running until then; the timer alone need not.
  setTimeout(() => {
    for (const client of server.clients) client.terminate();
  }, milliseconds).unref();
}
