import type { FastifyInstance } from 'fastify';

/** Tells balancers and containers that the process is alive. */
export async function health(app: FastifyInstance): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));
}
