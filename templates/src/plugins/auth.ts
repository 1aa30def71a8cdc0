import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { authMistakes } from '../lib/auth-settings.js';
import { bearerOf, credentialsOf, refuseMisplaced } from '../lib/credentials.js';
import { ConfigError } from '../lib/errors.js';
import type { GuardedSocket } from '../lib/guarded-socket.js';
import { pathOf } from '../lib/log.js';
import { answerRefusal, unauthorized } from '../lib/refusal.js';
import { keepFetching } from '../lib/remote-keys.js';
import { Sessions, limitPerUser } from '../lib/sessions.js';
import { createTickets, memoryStore, type Tickets } from '../lib/tickets.js';
import { createVerifier, type User } from '../lib/tokens.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who opened the socket. Undefined on routes that are open to everyone. */
    user: User | undefined;
  }
  interface FastifyContextConfig {
    /** Whether everyone may open the WebSocket of this route. */
    public?: boolean;
  }
  interface FastifyInstance {
    /** For `onRequest` of a plain HTTP route: refuses requests without a valid token. */
    requireUser: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
    /**
     * Closes all sockets of a user with 4401, on every instance, and refuses the tokens and tickets that
     * were issued until now. Rejects if the other instances could not be told.
     *
     * @param until when the last of these tokens expires, in milliseconds since 1970: by default, in a day
     */
    closeUser: (id: string, until?: number) => Promise<void>;
    tickets: Tickets;
  }
}

/** Where instances tell each other whose sessions were closed. */
const channel = 'auth:closed';
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Only lets known users open a WebSocket: programs with a token, browsers with a ticket. A route with
 * `config: { public: true }` is open to everyone.
 */
export default fp(
  async (app) => {
    const mistakes = authMistakes(app.settings);
    if (mistakes.length > 0) throw new ConfigError(mistakes);
    const sessions = new Sessions();
    // Read at each use: the plugin that shares things between instances may load later.
    const memory = memoryStore();
    app.decorate(
      'tickets',
      createTickets(() => app.shared ?? memory),
    );
    app.decorateRequest('user', undefined);
    app.decorate('requireUser', authentication(app, sessions));
    app.addHook('onRequest', async (request, reply) => {
      if (!request.ws) return;
      try {
        refuseMisplaced(request);
      } catch (error) {
        return answerRefusal(reply, error);
      }
      if (!request.routeOptions.config?.public) return app.requireUser(request, reply);
    });
    shareClosings(app, sessions);
  },
  {
    name: 'auth',
    // Verifying a signature is the most expensive check, so it comes last.
    dependencies: ['handshake', 'origins', 'limits', 'readiness'],
  },
);

/** @returns a hook that finds out who sent a request, or answers it */
function authentication(app: FastifyInstance, sessions: Sessions) {
  const verifier = createVerifier(app.settings);
  if (verifier.remote) keepFetching(app, verifier.remote);
  const count = limitPerUser(app.settings.AUTH_CONNECTIONS_PER_USER);
  const users = new WeakMap<IncomingMessage, User>();
  app.websocketServer.on('connection', (socket: GuardedSocket, raw: IncomingMessage) => {
    const user = users.get(raw);
    if (user) sessions.add(socket, user);
  });

  async function userOf(request: FastifyRequest): Promise<User> {
    const { ws, headers, url } = request;
    const given = ws ? credentialsOf(request) : { token: bearerOf(headers.authorization) };
    const place = { origin: headers.origin, path: pathOf(url) };
    const user =
      'ticket' in given
        ? await app.tickets.redeem(given.ticket, place)
        : await verifier.verify(given.token);
    if (sessions.isClosed(user)) throw unauthorized('The sessions of this user were closed.');
    // A request that a test injects has no stream.
    if (ws && request.raw.socket) count(user.id, request.raw.socket);
    return user;
  }
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const user = await userOf(request);
      request.user = user;
      users.set(request.raw, user);
      // In the log, the user is only an id.
      request.log = request.log.child({ user: user.id });
      return undefined;
    } catch (error) {
      return answerRefusal(reply, error);
    }
  };
}

/** Adds `app.closeUser`. A message to another instance can be lost: then its sockets stay open. */
function shareClosings(app: FastifyInstance, sessions: Sessions): void {
  app.decorate('closeUser', async (id: string, until = Date.now() + dayMs) => {
    const closing = { id, at: Date.now(), until };
    sessions.close(closing);
    await app.shared?.publish(channel, Buffer.from(JSON.stringify(closing)));
  });
  const onClosing = (message: Buffer) => {
    const { id, at, until } = JSON.parse(message.toString());
    sessions.close({ id: String(id), at: Number(at), until: Number(until) });
  };
  app.addHook('onReady', async () => {
    app.shared?.subscribe(channel, onClosing).catch((error: unknown) => {
      app.log.error({ err: error }, 'This instance does not learn whose sessions were closed.');
    });
  });
}
