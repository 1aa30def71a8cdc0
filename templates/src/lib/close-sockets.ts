import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { GuardedSocket } from './guarded-socket.js';
import { closingTime, slicing } from './slicing.js';

/**
 * Closes every connection with 1001, "going away" (RFC 6455, section 7.4.1), as soon as its handlers
 * have finished: CLOSES_PER_SECOND each second, since the clients open new connections elsewhere. The
 * reason names the time within which they should do that. Ends all connections that are left at
 * SHUTDOWN_MS.
 */
export async function closeSockets(app: FastifyInstance): Promise<void> {
  const { server, websocketServer, settings, log } = app;
  // From now on, Node treats a handshake as a plain request, which plugins/closing.ts answers.
  server.removeAllListeners('upgrade');
  websocketServer.close();
  const limitMs = settings.SHUTDOWN_MS - settings.DRAIN_MS;
  const timer = setTimeout(() => {
    for (const socket of websocketServer.clients) socket.terminate();
  }, limitMs);
  const closingMs = closingTime(limitMs);
  const handlersEnd = wait(closingMs, undefined, { ref: false });
  const sockets = [...websocketServer.clients];
  const { size, windowMs } = slicing(sockets.length, settings.CLOSES_PER_SECOND, closingMs);
  if (sockets.length > 0) log.info({ sockets: sockets.length, size, windowMs }, 'closing sockets');
  const closed: Promise<void>[] = [];
  for (let next = 0; next < sockets.length; next += size) {
    if (next > 0) await wait(1000);
    const slice = sockets.slice(next, next + size);
    closed.push(...slice.map((socket) => closeSocket(socket, windowMs, handlersEnd)));
  }
  await Promise.all(closed);
  clearTimeout(timer);
}

async function closeSocket(
  socket: WebSocket,
  windowMs: number,
  handlersEnd: Promise<void>,
): Promise<void> {
  // The client has left before its turn.
  if (socket.readyState === socket.CLOSED) return;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const finished = socket instanceof GuardedSocket && socket.finished();
  await Promise.race([finished, handlersEnd]);
  if (socket instanceof GuardedSocket) socket.release();
  socket.resume();
  socket.close(1001, `retry ${windowMs}`);
  await closed;
}
