import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { guardHandshakes, refuse, upgradeHeaders } from './handshake.js';
import { answersSent, endWithError } from './messages.js';

/** A socket, and the request that it was opened by. Its log lines carry the request's id. */
export interface Connection {
  socket: WebSocket;
  request: FastifyRequest;
}

/** Lets routes have a `wsHandler`. Must be awaited before the first of them is declared. */
export async function acceptSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: app.settings.MAX_MESSAGE_BYTES,
      // Compression costs 240 KB of memory per connection and most of the throughput.
      perMessageDeflate: false,
      // No subprotocol is spoken here. Without this line whatever a client offers is accepted.
      handleProtocols: () => false,
    },
    errorHandler: onError,
    preClose: async () => sayGoodbye(app),
  });
  guardRoutes(app);
  guardHandshakes(app);
  onConnection(app, logConnection);
}

interface Welcome extends Connection {
  reply: FastifyReply;
}

/** Calls `welcome` for each connection, whatever its route, before the handler of the route. */
export function onConnection(app: FastifyInstance, welcome: (opened: Welcome) => void): void {
  const handshakes = new WeakMap<IncomingMessage, Omit<Welcome, 'socket'>>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.ws) handshakes.set(request.raw, { request, reply });
  });
  app.websocketServer.on('connection', (socket, raw: IncomingMessage) => {
    const handshake = handshakes.get(raw);
    if (!handshake) return;
    try {
      welcome({ socket, ...handshake });
    } catch (error) {
      endWithError(error, { socket, log: handshake.request.log });
    }
  });
}

/** Refuses handshakes on routes that have no socket: they would be accepted, and then closed. */
function guardRoutes(app: FastifyInstance): void {
  const urls = new Set<string>();
  app.addHook('onRoute', ({ url, websocket: isSocket, wsHandler }) => {
    if (isSocket || wsHandler) urls.add(url);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.ws) return;
    request.log.trace({ headers: upgradeHeaders(request) }, 'WebSocket handshake');
    if (!urls.has(request.routeOptions.url ?? '')) {
      return refuse(reply, { statusCode: 404, message: 'There is no socket at this address.' });
    }
  });
}

function logConnection({ socket, request }: Connection): void {
  const { log } = request;
  const openedAt = performance.now();
  socket.on('close', (code) => {
    log.info({ code, seconds: Math.round((performance.now() - openedAt) / 1000) }, 'socket closed');
  });
}

/** Handlers fail by our fault; sockets fail by the peer's, and ws has closed them already. */
function onError(error: Error, socket: WebSocket, request: FastifyRequest): void {
  if (socket.readyState === socket.OPEN) {
    endWithError(error, { socket, log: request.log });
    return;
  }
  request.log.info(error, 'The connection broke.');
}

/**
 * Closes every connection with 1001, "going away" (RFC 6455, section 7.4.1), as soon as the answers
 * that are being worked on have been sent, and cuts off what is still there when the time is over.
 */
async function sayGoodbye({ websocketServer, settings }: FastifyInstance): Promise<void> {
  websocketServer.close();
  const clients = [...websocketServer.clients];
  const timer = setTimeout(() => {
    for (const client of clients) client.terminate();
  }, settings.SHUTDOWN_MS);
  // The other half of the time is left for the goodbye.
  const patience = wait(settings.SHUTDOWN_MS / 2, undefined, { ref: false });
  await Promise.all(clients.map((client) => endConnection(client, patience)));
  clearTimeout(timer);
}

async function endConnection(client: WebSocket, patience: Promise<void>): Promise<void> {
  const closed = new Promise((resolve) => client.once('close', resolve));
  await Promise.race([answersSent(client), patience]);
  client.close(1001, 'The service is stopping');
  await closed;
}
