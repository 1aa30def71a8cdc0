import type { FastifyInstance } from 'fastify';

/** Tells balancers and containers whether the process is alive, and whether it can do its work. */
export async function health(app: FastifyInstance): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));

  // While the service stops, every request is answered with 503.
  app.get('/readyz', async (_request, reply) => {
    if (app.rooms.connected()) return { status: 'ok' };
    return reply.code(503).send({ status: 'unavailable', reason: 'Rooms are not shared now.' });
  });
}
