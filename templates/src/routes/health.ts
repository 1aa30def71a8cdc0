import fp from 'fastify-plugin';

/** Tells load balancers and containers whether the process is alive, and whether it is ready. */
export default fp(
  async (app) => {
    const config = { rateLimit: false };
    app.get('/healthz', { config }, async () => ({ status: 'ok' }));

    // During shutdown, every request gets 503.
    app.get('/readyz', { config }, async (_request, reply) => {
      if (!app.hasDecorator('rooms') || app.rooms.connected()) return { status: 'ok' };
      return reply
        .code(503)
        .send({ status: 'unavailable', reason: 'Rooms are currently not shared.' });
    });
  },
  { name: 'health', encapsulate: true },
);
