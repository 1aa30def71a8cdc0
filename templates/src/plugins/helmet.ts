import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';

/**
 * Adds security headers to every response. The page may only load its own files; 'self' covers wss://
 * on the same host and port. HSTS is left to the reverse proxy: on localhost, it would force HTTPS on
 * every other service of the machine.
 */
export default fp(
  async (app) => {
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: false,
    });
  },
  { name: 'helmet' },
);
