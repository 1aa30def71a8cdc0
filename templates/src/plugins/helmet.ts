import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';

/**
 * Security headers of every answer. The page may load its own files only; 'self' covers wss:// on
 * the same host and port. HSTS is left to the reverse proxy: on localhost it would force every
 * other service of the machine to HTTPS.
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
