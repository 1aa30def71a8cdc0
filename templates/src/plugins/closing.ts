import { setTimeout } from 'node:timers/promises';
import fp from 'fastify-plugin';
import { answer } from '../lib/replies.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells load balancers that the service is about to stop, and keeps working for DRAIN_MS. */
    drain: () => Promise<void>;
  }
}

/** Answers 503 while the service shuts down, and before that, for DRAIN_MS, only to `GET /readyz`. */
export default fp(
  async (app) => {
    app.decorate('drain', async () => {
      const { DRAIN_MS } = app.settings;
      app.readiness.set('closing', () => 'The service is about to shut down.');
      if (DRAIN_MS === 0) return;
      app.log.info(`GET /readyz answers 503. The service keeps working for ${DRAIN_MS} ms.`);
      await setTimeout(DRAIN_MS);
    });

    let closing = false;
    app.addHook('preClose', async () => {
      closing = true;
    });
    app.addHook('onRequest', async ({ raw }, reply) => {
      if (!closing) return;
      // Fastify does not end the stream of a refused handshake, and would then wait until it ends.
      if (raw.headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroy());
      reply.header('connection', 'close');
      return answer(reply, {
        statusCode: 503,
        reason: 'shutdown',
        message: 'The service is shutting down.',
      });
    });
  },
  { name: 'closing', dependencies: ['readiness'] },
);
