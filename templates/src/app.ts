import type { IncomingMessage, Server } from 'node:http';
import { extname, join } from 'node:path';
import autoload from '@fastify/autoload';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import { logOptions, type LogOptions } from './lib/log.js';
import { answerUndecodable } from './lib/replies.js';
import { readTls } from './lib/tls.js';
import type { Settings } from './settings.js';

/**
 * Builds the service without listening, so that tests can inject requests, or choose where to listen.
 * It loads every file of `plugins/`, then every file of `routes/`.
 *
 * @throws {ConfigError} when a setting, the certificate or its key cannot be used.
 */
export async function buildApp(settings: Settings, logger?: LogOptions): Promise<FastifyInstance> {
  const app = createServer(settings, logger ?? (await logOptions(settings)));
  app.decorate('settings', settings);
  // In Node 20, @fastify/autoload cannot detect TypeScript that runs by `node --import tsx`.
  process.env.FASTIFY_AUTOLOAD_TYPESCRIPT ??= '1';
  // Skips tests beside plugins, and files of the other language.
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
    // plugins/log.ts logs one line for each request.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.TRUST_PROXY.length > 0 && settings.TRUST_PROXY,
    // Without these, unfinished requests and unread responses pile up. They do not apply to
    // WebSockets.
    requestTimeout: 60_000,
    connectionTimeout: 120_000,
    // One packet can hold thousands of requests. Node handles them all at once: 2,000 took 0.35 s.
    maxRequestsPerSocket: 100,
    // A route that accepts a body sets its own bodyLimit: see plugins/streams.ts.
    bodyLimit: 1,
    frameworkErrors: answerUndecodable,
    return503OnClosing: false,
    // Loading all files takes longer than the usual 10 s on a machine that is very busy.
    pluginTimeout: 60_000,
  };
  const http = { headersTimeout: 15_000, connectionsCheckingInterval: 5000, shouldUpgradeCallback };
  if (!settings.HTTPS) return Fastify({ ...common, http });
  return Fastify({ ...common, https: { ...http, ...readTls(settings), handshakeTimeout: 10_000 } });
}

/**
 * Makes Node answer two kinds of requests as plain HTTP: upgrades to other protocols (`curl --http2`
 * sends one), and handshakes during shutdown, when @fastify/websocket no longer listens. Node before
 * 22.21, and 24.0 to 24.8, ignore this option.
 */
function shouldUpgradeCallback(this: Server, { headers }: IncomingMessage): boolean {
  return this.listenerCount('upgrade') > 0 && headers.upgrade?.toLowerCase() === 'websocket';
}
