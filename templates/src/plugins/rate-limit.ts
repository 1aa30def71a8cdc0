import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { networksOf } from '../lib/addresses.js';
import { answer } from '../lib/replies.js';

/** Requests a minute from one network; a route says otherwise by `config: { rateLimit: … }`. */
const most = 600;

/** Limits requests over plain HTTP. Sockets have limits of their own: limits.ts and budget.ts. */
export default fp(
  async (app) => {
    await app.register(rateLimit, {
      global: false,
      max: most,
      keyGenerator: ({ ip }) => networksOf(ip)[0]?.name ?? '',
    });
    const check = app.createRateLimit();
    // A hook and not `global`, so that addresses without a route are counted, too. It throws nothing,
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
