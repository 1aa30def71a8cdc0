import fp from 'fastify-plugin';
import { NetworkCounts } from '../lib/addresses.js';
import { refuse } from '../lib/replies.js';

/**
 * Refuses handshakes when too many sockets are open: 429 for one network, 503 in total. For a proxy
 * in TRUST_PROXY, the client's address comes from X-Forwarded-For.
 *
 * No package counts open sockets: @fastify/rate-limit counts handshakes per time window.
 */
export default fp(
  async (app) => {
    const { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } = app.settings;
    const counts = new NetworkCounts();
    let total = 0;

    app.addHook('onRequest', async (request, reply) => {
      const { ws, ip = '', raw } = request;
      // Requests that a test injects have no stream. Clients that have left have no address.
      if (!ws || !raw.socket || raw.socket.destroyed) return;
      if (total >= MAX_CONNECTIONS) {
        const message = 'The service has reached its limit of connections.';
        const refusal = { statusCode: 503, reason: 'limit', message };
        return refuse(reply.header('retry-after', 10), refusal);
      }
      const full = counts.add(ip, MAX_CONNECTIONS_PER_ADDRESS);
      if (full !== undefined) {
        const message = `Too many connections from ${full}.`;
        const refusal = { statusCode: 429, reason: 'address-limit', message };
        return refuse(reply.header('retry-after', 10), refusal);
      }
      total += 1;
      // A handshake that fails later also closes its stream, so every count is undone.
      raw.socket.once('close', () => {
        total -= 1;
        counts.remove(ip);
      });
    });
  },
  { name: 'limits', dependencies: ['websocket'] },
);
