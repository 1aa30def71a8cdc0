import cors from '@fastify/cors';
import fp from 'fastify-plugin';

/** Lets pages of DOMAINS read HTTP responses. For WebSockets, see origins.ts. */
export default fp(
  async (app) => {
    await app.register(cors, {
      origin: app.settings.DOMAINS,
      credentials: true,
      // Otherwise pages could not read when to try again.
      exposedHeaders: ['Retry-After'],
    });
  },
  { name: 'cors' },
);
