import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import type { WebSocket } from 'ws';
import { GuardedSocket } from '../lib/guarded-socket.js';
import { refuse } from '../lib/replies.js';

/** The subprotocols that the routes speak, the preferred one first. */
const protocols: string[] = [];

/** Lets routes have a `wsHandler`, or `websocket: true`. Every socket is a GuardedSocket. */
export default fp(
  async (app) => {
    app.addHook('onRoute', prepareSocketRoute);
    await app.register(websocket, {
      options: {
        maxPayload: app.settings.MAX_MESSAGE_BYTES,
        // Compression costs 240 KB of memory per connection and most of the throughput.
        perMessageDeflate: false,
        handleProtocols: (offered: Set<string>) =>
          protocols.find((one) => offered.has(one)) ?? false,
        // {{#if typescript}}
        // The types of @fastify/websocket ask for the whole module of ws.
        // {{/if}}
        WebSocket: GuardedSocket as never,
      },
      errorHandler: (error, socket) => socket instanceof GuardedSocket && socket.fail(error),
      preClose: async () => closeSockets(app),
    });
    refuseOtherProtocols(app);
    welcomeSockets(app);
  },
  { name: 'websocket', dependencies: ['closing'] },
);

/**
 * Without the answer 400, Chromium fails a handshake whose subprotocols are not spoken, and says
 * nothing; Firefox opens it. What is offered may be a token, so that it is not logged.
 */
function refuseOtherProtocols(app: FastifyInstance): void {
  const spoken = protocols.length === 0 ? 'none' : protocols.join(', ');
  app.addHook('onRequest', async (request, reply) => {
    const offered = request.headers['sec-websocket-protocol']?.split(',');
    if (!request.ws || !offered || offered.some((one) => protocols.includes(one.trim()))) return;
    const message = `The client offers only subprotocols that the service does not speak (it speaks: ${spoken}).`;
    return refuse(reply, { statusCode: 400, message });
  });
}

/** Gives each socket what it needs, and logs that it opened and closed. */
function welcomeSockets(app: FastifyInstance): void {
  const { MAX_BUFFERED_BYTES } = app.settings;
  const replies = new WeakMap<IncomingMessage, FastifyReply>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.ws) replies.set(request.raw, reply);
  });
  app.websocketServer.on('connection', (socket: WebSocket, raw: IncomingMessage) => {
    const reply = replies.get(raw);
    if (!reply || !(socket instanceof GuardedSocket)) return;
    const { log, ip, headers, routeOptions } = reply.request;
    Object.assign(socket, { log, stream: raw.socket, maxBuffered: MAX_BUFFERED_BYTES });
    log.info(
      { route: routeOptions.url, ip, origin: headers.origin?.slice(0, 200) },
      'socket opened',
    );
    const openedAt = performance.now();
    socket.on('close', (code) => {
      log.info(
        { code, seconds: Math.round((performance.now() - openedAt) / 1000) },
        'socket closed',
      );
    });
    if (!raw.socket) return;
    // The response would live as long as the stream: a quarter of what an idle connection takes.
    reply.raw.detachSocket(raw.socket);
    // Answers to messages that arrived together are written together, 6 times as many a second: ws
    // reads between the two.
    raw.socket.prependListener('data', cork).on('data', uncork);
  });
}

function cork(this: Socket): void {
  this.cork();
}

function uncork(this: Socket): void {
  this.uncork();
}

/**
 * Marks the route as one with a socket, for plugins/handshake.ts.
 *
 * @fastify/websocket listens for errors of each socket with a function that holds the request and the
 * response: half of what an idle connection takes. GuardedSocket does that work. This runs before
 * your handler, when there is no other listener yet.
 */
function prepareSocketRoute(route: RouteOptions): void {
  const key = route.websocket ? 'handler' : 'wsHandler';
  const handler = route[key];
  if (!handler || route.method === 'HEAD') return;
  route.config = { ...route.config, socket: true };
  route[key] = function handle(this: FastifyInstance, ...args: unknown[]) {
    const [socket] = args;
    if (socket instanceof GuardedSocket) socket.removeAllListeners('error');
    return Reflect.apply(handler, this, args);
  };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route has a socket. */
    socket?: boolean;
  }
}

/**
 * Closes every connection with 1001, "going away" (RFC 6455, section 7.4.1), as soon as its handlers
 * have finished, and ends what is left when the time is over.
 */
async function closeSockets({ server, websocketServer, settings }: FastifyInstance): Promise<void> {
  // Now Node takes a handshake for a plain request, which plugins/closing.ts answers.
  server.removeAllListeners('upgrade');
  websocketServer.close();
  const sockets = [...websocketServer.clients];
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, settings.SHUTDOWN_MS);
  // The other half of the time is left for the close handshake.
  const patience = wait(settings.SHUTDOWN_MS / 2, undefined, { ref: false });
  await Promise.all(sockets.map((socket) => closeSocket(socket, patience)));
  clearTimeout(timer);
}

async function closeSocket(socket: WebSocket, patience: Promise<void>): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const finished = socket instanceof GuardedSocket && socket.finished();
  await Promise.race([finished, patience]);
  if (socket instanceof GuardedSocket) socket.release();
  socket.resume();
  socket.close(1001, 'The service is stopping');
  await closed;
}
