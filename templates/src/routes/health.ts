import fp from 'fastify-plugin';

/** Tells load balancers and containers whether the process is alive, and whether it can do its work. */
export default fp(
  async (app) => {
    const config = { rateLimit: false };
    app.get('/healthz', { config }, async () => ({ status: 'ok' }));

    // While the service stops, every request is answered with 503.
    app.get('/readyz', { config }, async (_request, reply) => {
      if (!app.hasDecorator('rooms') || app.rooms.connected()) return { status: 'ok' };
      return reply.code(503).send({ status: 'unavailable', reason: 'Rooms are not shared now.' });
    });
  },
  { name: 'health', encapsulate: true },
);
