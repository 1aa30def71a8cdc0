import fp from 'fastify-plugin';
import { NetworkCounts } from '../lib/addresses.js';
import { refuse } from '../lib/replies.js';

/**
 * Refuses handshakes when too many sockets are open: 429 for one network, 503 for all. Behind a proxy
 * that TRUST_PROXY names, clients are told apart by X-Forwarded-For.
 *
 * No package counts open sockets: @fastify/rate-limit counts handshakes in a time.
 */
export default fp(
  async (app) => {
    const { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } = app.settings;
    const counts = new NetworkCounts();
    let total = 0;

    app.addHook('onRequest', async (request, reply) => {
      const { ws, ip = '', raw } = request;
      // A test injects requests without a stream, and clients that have left have no address.
      if (!ws || !raw.socket || raw.socket.destroyed) return;
      if (total >= MAX_CONNECTIONS) {
        const message = 'The service has no room for another connection.';
        return refuse(reply.header('retry-after', 10), { statusCode: 503, message });
      }
      const full = counts.add(ip, MAX_CONNECTIONS_PER_ADDRESS);
      if (full !== undefined) {
        const message = `There are too many connections from ${full} already.`;
        return refuse(reply.header('retry-after', 10), { statusCode: 429, message });
      }
      total += 1;
      // A handshake that fails later closes its stream too, so that each is given back.
      raw.socket.once('close', () => {
        total -= 1;
        counts.remove(ip);
      });
    });
  },
  { name: 'limits', dependencies: ['websocket'] },
);
