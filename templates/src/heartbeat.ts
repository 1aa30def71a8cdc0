import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { onConnection, type Connection } from './sockets.js';

/**
 * Pings each client every HEARTBEAT_MS, so that proxies see traffic, and ends connections whose
 * client has not answered by the next ping: it is gone, and nothing else would tell.
 *
 * One timer serves all, with a few sockets at a time. Pinging thousands in one go would hold up
 * every message for a tenth of a second and more.
 */
export function keepAlive(app: FastifyInstance): void {
  const { HEARTBEAT_MS } = app.settings;
  // In the order of their next turn, since a socket goes to the end when it had its turn.
  const turns = new Map<WebSocket, { at: number; log: Connection['request']['log'] }>();
  const silent = new Set<WebSocket>();

  onConnection(app, ({ socket, request }) => {
    turns.set(socket, { at: performance.now() + HEARTBEAT_MS, log: request.log });
    socket.on('pong', onPong).on('close', onClose);
  });

  function onPong(this: WebSocket): void {
    silent.delete(this);
  }

  function onClose(this: WebSocket): void {
    silent.delete(this);
    turns.delete(this);
  }

  function nextFew(): void {
    const now = performance.now();
    let few = Math.ceil(turns.size / 25);
    for (const [socket, { at, log }] of turns) {
      if (at > now || few-- === 0) return;
      turns.delete(socket);
      if (silent.delete(socket)) {
        log.info('The client did not answer a ping and is cut off.');
        socket.terminate();
      } else {
        turns.set(socket, { at: now + HEARTBEAT_MS, log });
        silent.add(socket);
        socket.ping();
      }
    }
  }

  // After a pause of the whole process, answers that have arrived meanwhile are read first.
  const timer = setInterval(() => setImmediate(nextFew), HEARTBEAT_MS / 100).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
