import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import type { WebSocket } from 'ws';
import { closeSockets } from '../lib/close-sockets.js';
// {{#if auth}}
import { isToken } from '../lib/credentials.js';
// {{/if}}
import { GuardedSocket } from '../lib/guarded-socket.js';
import { refuse } from '../lib/replies.js';

/** The subprotocols that the routes support, the preferred one first. */
const protocols: string[] = [];

/** Adds `wsHandler` and `websocket: true` to routes. Every socket is a GuardedSocket. */
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
        // The types of @fastify/websocket expect the whole module of ws.
        // {{/if}}
        WebSocket: GuardedSocket as never,
      },
      errorHandler: (error, socket) => socket instanceof GuardedSocket && socket.fail(error),
      preClose: async () => closeSockets(app),
    });
    refuseOtherProtocols(app);
    prepareSockets(app);
  },
  { name: 'websocket', dependencies: ['closing'] },
);

/**
 * Answers 400 if no offered subprotocol is supported. Otherwise Chromium fails without a reason, and
 * Firefox opens the socket. An offered name may be a token, so it is not logged.
 */
function refuseOtherProtocols(app: FastifyInstance): void {
  const supported = protocols.length === 0 ? 'none' : protocols.join(', ');
  app.addHook('onRequest', async (request, reply) => {
    const offered = request.headers['sec-websocket-protocol']?.split(',');
    if (!request.ws || !offered || offered.some((one) => protocols.includes(one.trim()))) return;
    // {{#if auth}}
    // plugins/auth.ts refuses tokens, and says where they belong.
    if (offered.some(isToken)) return;
    // {{/if}}
    const message = `The client only offers unsupported subprotocols (supported: ${supported}).`;
    return refuse(reply, { statusCode: 400, reason: 'subprotocol', message });
  });
}

/** Gives each socket its log, stream and limit, and logs when it opens and closes. */
function prepareSockets(app: FastifyInstance): void {
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
    // The response would stay in memory with the stream: a quarter of what an idle connection takes.
    reply.raw.detachSocket(raw.socket);
    // Answers to messages that arrived together are written together, which makes 6 times as many per
    // second possible. The listener of ws runs between these two.
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
 * Marks the route as a WebSocket route, for plugins/handshake.ts.
 *
 * It also removes the error listener of @fastify/websocket, which keeps the request and the response
 * in memory: half of what an idle connection takes. GuardedSocket handles errors instead. This runs
 * before your handler, so there is no other listener yet.
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
    /** Whether the route has a WebSocket. */
    socket?: boolean;
  }
}
