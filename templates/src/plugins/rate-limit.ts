import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { networksOf } from '../lib/addresses.js';
import { answer } from '../lib/replies.js';

/** Requests per minute from one network. A route can set its own `config: { rateLimit: … }`. */
const maxRequests = 600;

/** Limits plain HTTP requests. For WebSockets, see limits.ts and budget.ts. */
export default fp(
  async (app) => {
    await app.register(rateLimit, {
      global: false,
      max: maxRequests,
      keyGenerator: ({ ip }) => networksOf(ip)[0]?.name ?? '',
    });
    const check = app.createRateLimit();
    // A hook instead of `global`, so that requests without a route also count. It does not throw,
    // since each error would be a line in the log.
    app.addHook('onRequest', async (request, reply) => {
      if (request.ws || request.routeOptions.config?.rateLimit !== undefined) return;
      const found = await check(request);
      if (found.isAllowed || !found.isExceeded) return;
      reply.header('retry-after', found.ttlInSeconds);
      return answer(reply, { statusCode: 429, message: 'Too many requests.' });
    });
  },
  { name: 'rate-limit', dependencies: ['websocket'] },
);
