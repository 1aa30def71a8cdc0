import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { WebSocket, type ClientOptions } from 'ws';
import { buildApp } from '../src/app.js';
import { listen } from '../src/listen.js';
import { portOf } from '../src/loopback.js';
import { readSettings } from '../src/settings.js';
import { makeCertificate } from './certificate.js';
import { keepLog, type Log } from './log.js';

export const allowedOrigin = 'https://app.example:8443';

export interface Service {
  app: FastifyInstance;
  /** The certificate that its clients trust. */
  ca: string;
  url: string;
  /** Where its key and its certificate lie. */
  files: (name: 'key.pem' | 'cert.pem') => string;
  log: Log;
  connect: (path?: string, options?: ClientOptions) => Promise<WebSocket>;
}

interface Options {
  env?: Record<string, string>;
  /** In how many days its certificate ends. */
  days?: number;
  addRoutes?: (app: FastifyInstance) => void;
}

/** Starts the service with TLS on a free port. It stops when the test ends. */
export async function start(
  t: TestContext,
  { env = {}, days = 1, addRoutes }: Options = {},
): Promise<Service> {
  const pair = makeCertificate({ days });
  const files = writeFiles(t, { 'key.pem': pair.key, 'cert.pem': pair.cert });
  const settings = readSettings({
    PRIV_KEY: files('key.pem'),
    CERT_KEY: files('cert.pem'),
    DOMAINS: allowedOrigin,
    HOST: '127.0.0.1',
    PORT: '0',
    ...env,
  });
  const log = keepLog(settings);
  const app = await buildApp(settings, log.options);
  t.after(() => app.close());
  addRoutes?.(app);
  await listen(app, settings);
  const url = `${settings.HTTPS ? 'https' : 'http'}://127.0.0.1:${portOf(app)}`;

  const connect = (path = '/live', options: ClientOptions = {}) =>
    open(new URL(path, url.replace('http', 'ws')), {
      ca: pair.cert,
      origin: allowedOrigin,
      ...options,
    });
  return { app, ca: pair.cert, url, files, log, connect };
}

/** Writes files into a folder of their own, which goes with the test, and gives their paths. */
export function writeFiles(t: TestContext, files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (name: string) => join(folder, name);
}

/** Opens a socket; rejects with "Unexpected server response: 403" and the like. */
async function open(url: URL, options: ClientOptions): Promise<WebSocket> {
  const socket = new WebSocket(url, options);
  await next(socket, 'open');
  return socket;
}

/** Waits for an event, but not forever: a test that fails shall say so. */
export function next(emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> {
  return once(emitter, event, { signal: AbortSignal.timeout(10_000) });
}

/** Sends a message and waits for the next one: a string if it is text, a buffer if it is binary. */
export async function ask(socket: WebSocket, message: string | Buffer): Promise<unknown> {
  socket.send(message);
  const [answer, isBinary] = await next(socket, 'message');
  return isBinary ? answer : String(answer);
}

/** Waits until the connection has ended, and gives the code that says why. */
export async function closeCode(socket: WebSocket): Promise<unknown> {
  const [code] = await next(socket, 'close');
  return code;
}
