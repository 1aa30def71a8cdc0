import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIPv6, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { NetworkCounts } from '../lib/addresses.js';
import { ConfigError } from '../lib/errors.js';
import { oncePerMinute } from '../lib/once-per-minute.js';
import { answer } from '../lib/replies.js';

/** How long a stream may wait for a request, for the next one, or for its socket to open. */
const waitingMs = 75_000;
/** File descriptors that are reserved for files, the log and connections to other services. */
const reserve = 64;

/**
 * Watches every TCP stream, from its first packet on: counts it per network, and limits its time until
 * it is a WebSocket.
 *
 * Measured without it: a GET and an upgrade in one packet leave a stream that is never closed, and
 * one address can take all connections without opening a single socket.
 */
export default fp(
  async (app) => {
    countStreams(app);
    limitWaiting(app);
    refuseBodies(app);
  },
  { name: 'streams', dependencies: ['websocket'] },
);

/**
 * Drops streams over the limit without an answer. The limit per network is twice that for sockets, so
 * that most clients get an answer with the reason. A trusted proxy has no limit.
 */
function countStreams({ server, settings, log }: FastifyInstance): void {
  const { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, TRUST_PROXY } = settings;
  const available = descriptorLimit() - reserve;
  if (available < reserve)
    throw new ConfigError([
      'The limit of open files (ulimit -n) is too low. Set it to 128 or more.',
    ]);
  if (available < MAX_CONNECTIONS) {
    log.warn(
      `MAX_CONNECTIONS is ${MAX_CONNECTIONS}, but "ulimit -n" only allows ${available} connections.`,
    );
  }
  const most = Math.min(MAX_CONNECTIONS + 1000, available);
  const isTrusted = matcher(TRUST_PROXY);
  const counts = new NetworkCounts();
  let total = 0;
  const logDropped = oncePerMinute((count, full: string) => {
    log.warn({ count }, `Dropped connections: too many from ${full}.`);
  });

  server.prependListener('connection', (stream: Socket) => {
    const { remoteAddress: ip } = stream;
    // The client has already disconnected.
    if (ip === undefined) return void stream.destroy();
    const trusted = isTrusted(ip);
    const limit = MAX_CONNECTIONS_PER_ADDRESS * 2;
    const full = total >= most ? 'all clients' : trusted ? undefined : counts.add(ip, limit);
    if (full !== undefined) {
      logDropped(full);
      stream.destroy();
      return;
    }
    total += 1;
    stream.once('close', () => {
      total -= 1;
      if (!trusted) counts.remove(ip);
    });
  });
}

/** The limit of open files of this process; Infinity where it is unknown. */
function descriptorLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function matcher(entries: string[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (ip) => list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}

/** Ends a stream that waits too long, or requests an upgrade before the last answer is finished. */
function limitWaiting(app: FastifyInstance): void {
  const { server, websocketServer } = app;
  // Sorted by `since`: a stream that starts to wait goes to the end.
  const streams = new Map<Socket, { since: number; answers: number }>();

  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (stream: Socket) => {
    if (stream.destroyed) return;
    streams.set(stream, { since: performance.now(), answers: 0 });
    stream.once('close', () => streams.delete(stream));
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const state = streams.get(socket);
    if (!state) return;
    state.answers += 1;
    response.once('close', () => {
      state.answers -= 1;
      if (state.answers > 0 || !streams.delete(socket)) return;
      streams.set(socket, { ...state, since: performance.now() });
    });
  });
  // After maxRequestsPerSocket, Node answers 503 and keeps reading.
  server.on('dropRequest', (_: IncomingMessage, stream: Socket) => stream.destroy());
  // @fastify/websocket cannot answer such an upgrade, and would leave its stream open forever.
  server.prependListener('upgrade', (_: IncomingMessage, stream: Socket) => {
    if (streams.get(stream)?.answers) stream.destroy();
  });
  websocketServer.on('connection', (_socket: unknown, { socket }: IncomingMessage) => {
    streams.delete(socket);
  });

  const timer = setInterval(() => {
    const oldest = performance.now() - waitingMs;
    for (const [stream, { since, answers }] of streams) {
      if (since > oldest) return;
      if (answers === 0) stream.destroy();
    }
  }, 1000).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/**
 * Refuses request bodies, unless the route has its own `bodyLimit`. Fastify does not apply its limit to
 * a GET or an unknown content type, and each unfinished body would hold 1 MiB.
 */
function refuseBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers, routeOptions }, reply) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
    if ((length === '0' && encoding === undefined) || (routeOptions.bodyLimit ?? 0) > 1) return;
    reply.header('connection', 'close');
    return answer(reply, { statusCode: 413, message: 'This route does not accept a body.' });
  });
}
