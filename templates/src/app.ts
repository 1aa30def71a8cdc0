import type { IncomingMessage, Server } from 'node:http';
import { extname, join } from 'node:path';
import autoload from '@fastify/autoload';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import { logOptions, type LogOptions } from './lib/log.js';
import { answerUndecodable } from './lib/replies.js';
import { readTls } from './lib/tls.js';
import type { Settings } from './settings.js';

/**
 * Builds the service without listening, so that a test can talk to it, or listen where it likes.
 * Every file of `plugins/`, then every file of `routes/`, is a part of it.
 *
 * @throws {ConfigError} when a setting, the certificate or its key cannot be used.
 */
export async function buildApp(settings: Settings, logger?: LogOptions): Promise<FastifyInstance> {
  const app = createServer(settings, logger ?? (await logOptions(settings)));
  app.decorate('settings', settings);
  // Node 20 does not show @fastify/autoload that it runs TypeScript: `node --import tsx`.
  process.env.FASTIFY_AUTOLOAD_TYPESCRIPT ??= '1';
  // Not tests beside plugins, and not what was left in the other language.
  const scriptPattern = new RegExp(`^[^.]+\\${extname(import.meta.filename)}$`);
  for (const folder of ['plugins', 'routes']) {
    const dir = join(import.meta.dirname, folder);
    await app.register(autoload, { dir, scriptPattern, dirNameRoutePrefix: false });
  }
  return app;
}

function createServer(settings: Settings, logger: LogOptions): FastifyInstance {
  const common = {
    logger,
    // One line for each request is logged by plugins/log.ts.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.TRUST_PROXY.length > 0 && settings.TRUST_PROXY,
    // Without these, requests that never end and answers that are not read pile up. A socket is not
    // touched by them.
    requestTimeout: 60_000,
    connectionTimeout: 120_000,
    // One packet can hold thousands of requests, which Node works on in one go: 2,000 took 0.35 s.
    maxRequestsPerSocket: 100,
    // A route that takes a body says so by a bodyLimit of its own: see plugins/streams.ts.
    bodyLimit: 1,
    frameworkErrors: answerUndecodable,
    return503OnClosing: false,
  };
  const http = { headersTimeout: 15_000, connectionsCheckingInterval: 5000, shouldUpgradeCallback };
  if (!settings.HTTPS) return Fastify({ ...common, http });
  return Fastify({ ...common, https: { ...http, ...readTls(settings), handshakeTimeout: 10_000 } });
}

/**
 * Node answers an offer of another protocol as a plain request (`curl --http2` sends one), and also a
 * handshake that @fastify/websocket no longer takes because the service stops. Node before 22.21,
 * and 24.0 to 24.8, do not know this option.
 */
function shouldUpgradeCallback(this: Server, { headers }: IncomingMessage): boolean {
  return this.listenerCount('upgrade') > 0 && headers.upgrade?.toLowerCase() === 'websocket';
}
