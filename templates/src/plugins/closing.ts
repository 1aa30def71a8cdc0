import fp from 'fastify-plugin';
import { answer } from '../lib/replies.js';

/** Answers 503 while the service shuts down. */
export default fp(
  async (app) => {
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
  { name: 'closing' },
);
