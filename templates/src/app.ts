import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import { loggerOptions } from './logger.js';
import { guardOrigins } from './origins.js';
import { health } from './routes/health.js';
import { live } from './routes/live.js';
import { page } from './routes/page.js';
import type { Settings } from './settings.js';
import { acceptSockets } from './sockets.js';
import { readTls } from './tls.js';

/**
 * Builds the service without listening, so that a test can talk to it, or listen where it likes.
 *
 * @throws {Mistakes} when the certificate or its key cannot be used.
 */
export async function buildApp(settings: Settings): Promise<FastifyInstance> {
  const app = createServer(settings);
  await acceptSockets(app, settings);
  guardOrigins(app, settings);
  await app.register(cors, { origin: settings.DOMAINS, credentials: true });
  await app.register(health);
  await app.register(live);
  await app.register(page);
  return app;
}

function createServer(settings: Settings): FastifyInstance {
  const common = { logger: loggerOptions(settings), trustProxy: settings.TRUST_PROXY };
  return settings.HTTPS ? Fastify({ ...common, https: readTls(settings) }) : Fastify(common);
}
