import fp from 'fastify-plugin';

/** Tells load balancers and containers whether the process is alive, and whether it is ready. */
export default fp(
  async (app) => {
    const config = { rateLimit: false };
    app.get('/healthz', { config }, async () => ({ status: 'ok' }));

    // During shutdown, every request gets 503.
    app.get('/readyz', { config }, async (_request, reply) => {
      const reasons = [...app.readiness.values()].flatMap((check) => check() ?? []);
      if (reasons.length === 0) return { status: 'ok' };
      return reply.code(503).send({ status: 'unavailable', reason: reasons.join(' ') });
    });
  },
  { name: 'health', dependencies: ['readiness'], encapsulate: true },
);
