import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import { explainClientErrors } from './client-errors.js';
import { refuseWhileClosing } from './closing.js';
import { keepAlive } from './heartbeat.js';
import { limitConnections } from './limits.js';
import { loggerOptions, type LoggerOptions } from './logger.js';
import { forgetHandshakes } from './memory.js';
import { guardOrigins } from './origins.js';
// {{#if redis}}
import { shareRooms } from './redis.js';
// {{/if}}
import { renewCertificate } from './renewal.js';
import { openRooms } from './rooms.js';
import { health } from './routes/health.js';
import { live } from './routes/live.js';
import { page } from './routes/page.js';
import { rooms } from './routes/rooms.js';
import type { Settings } from './settings.js';
import { acceptSockets } from './sockets.js';
import { readTls } from './tls.js';
import { answerUndecodable, answerUnknown } from './unknown.js';

/**
 * Builds the service without listening, so that a test can talk to it, or listen where it likes.
 *
 * @throws {Mistakes} when the certificate or its key cannot be used.
 */
export async function buildApp(
  settings: Settings,
  logger = loggerOptions(settings),
): Promise<FastifyInstance> {
  const app = createServer(settings, logger);
  app.decorate('settings', settings);
  explainClientErrors(app);
  renewCertificate(app);

  refuseWhileClosing(app);
  await acceptSockets(app);
  guardOrigins(app);
  limitConnections(app);
  keepAlive(app);
  forgetHandshakes(app);
  openRooms(app);
  // {{#if redis}}
  shareRooms(app);
  // {{/if}}

  await app.register(cors, { origin: settings.DOMAINS, credentials: true });
  await app.register(health);
  await app.register(live);
  await app.register(rooms);
  await app.register(page);
  answerUnknown(app);
  return app;
}

function createServer(settings: Settings, logger: LoggerOptions): FastifyInstance {
  const common = {
    logger,
    trustProxy: settings.TRUST_PROXY.length > 0 && settings.TRUST_PROXY,
    // Without a limit, requests that never end pile up. Sockets are not touched by it.
    requestTimeout: 60_000,
    frameworkErrors: answerUndecodable,
    return503OnClosing: false,
  };
  const http = {
    headersTimeout: 15_000,
    connectionsCheckingInterval: 5000,
    // Offers of other protocols are ignored, not refused: curl --http2 sends one. (Node 22 and up)
    shouldUpgradeCallback: ({ headers }: IncomingMessage) =>
      headers.upgrade?.toLowerCase() === 'websocket',
  };
  if (!settings.HTTPS) return Fastify({ ...common, http });
  return Fastify({ ...common, https: { ...http, ...readTls(settings), handshakeTimeout: 10_000 } });
}
