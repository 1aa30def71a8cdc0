import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { networksOf } from '../lib/addresses.js';

/** Requests a minute from one network; a route says otherwise by `config: { rateLimit: … }`. */
const most = 600;

/** Limits requests over plain HTTP. Sockets have limits of their own: limits.ts and budget.ts. */
export default fp(
  async (app) => {
    await app.register(rateLimit, {
      global: false,
      max: most,
      keyGenerator: ({ ip }) => networksOf(ip)[0]?.name ?? '',
      allowList: ({ ws, routeOptions }) => ws || routeOptions.config?.rateLimit === false,
    });
    // A hook and not `global`, so that addresses without a route are counted, too.
    app.addHook('onRequest', app.rateLimit());
  },
  { name: 'rate-limit', dependencies: ['websocket'] },
);
