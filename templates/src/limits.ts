import type { FastifyInstance } from 'fastify';
import { networkOf } from './addresses.js';
import { refuse } from './handshake.js';

/**
 * Refuses handshakes when too many sockets are open: 429 for one client, 503 for all. Behind a proxy
 * that TRUST_PROXY names, clients are told apart by X-Forwarded-For.
 */
export function limitConnections(app: FastifyInstance): void {
  const { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } = app.settings;
  const counts = new Map<string, number>();
  let total = 0;
  // Connections that never become sockets, and requests for pages, have some room of their own.
  app.server.maxConnections = MAX_CONNECTIONS + 1000;

  app.addHook('onRequest', async (request, reply) => {
    // A request that is injected by a test comes from nowhere.
    if (!request.ws || !request.raw.socket) return;
    const network = networkOf(request.ip);
    const count = counts.get(network) ?? 0;
    if (total >= MAX_CONNECTIONS) {
      const message = 'The service has no room for another connection.';
      return refuse(reply.header('retry-after', 10), { statusCode: 503, message });
    }
    if (count >= MAX_CONNECTIONS_PER_ADDRESS) {
      const message = `There are ${count} connections from ${network} already.`;
      return refuse(reply.header('retry-after', 10), { statusCode: 429, message });
    }
    total += 1;
    counts.set(network, count + 1);
    // A handshake that fails later closes its stream too, so that each is given back.
    request.raw.socket.once('close', () => giveBack(network));
  });

  function giveBack(network: string): void {
    total -= 1;
    const left = (counts.get(network) ?? 1) - 1;
    if (left > 0) counts.set(network, left);
    else counts.delete(network);
  }
}
