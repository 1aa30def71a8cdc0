import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { WebSocket, type ClientOptions } from 'ws';
import { buildApp } from '../src/app.js';
import { listen, portOf } from '../src/lib/listen.js';
import { serializers, type LogOptions } from '../src/lib/log.js';
import { explainUpgrade } from '../src/lib/replies.js';
import { readSettings } from '../src/settings.js';
import { makeCertificate } from './certificate.js';
import { hideEnvironment } from './environment.js';
// {{#if auth}}
import { authSettings, bearer } from './tokens.js';
// {{/if}}

// Also needed when `node --test` runs a single file.
hideEnvironment();

export const allowedOrigin = 'https://app.example:8443';
/** What every service of the tests needs, besides its certificate. */
export const neededSettings: Record<string, string> = {
  HOST: '127.0.0.1',
  PORT: '0',
  // {{#if metrics}}
  METRICS_PORT: '0',
  // On a busy machine, the process may be late for long.
  METRICS_MAX_DELAY_MS: '60000',
  // {{/if}}
  // {{#if auth}}
  ...authSettings,
  // {{/if}}
};
/** What every client of the tests sends, besides its origin. */
export const clientHeaders: Record<string, string> = {
  'user-agent': 'test',
  // {{#if auth}}
  ...bearer(),
  // {{/if}}
};
/** The folder of the project, and the extension of its source files. */
export const project = join(import.meta.dirname, '..');
export const extension = extname(import.meta.filename);

// No test measures time. After this time, an awaited event counts as missing.
const timeoutMs = 60_000;

/** A line of the log. */
interface LogLine {
  level: number;
  msg: string;
  [key: string]: unknown;
}

export type Service = Awaited<ReturnType<typeof start>>;

interface Options {
  env?: Record<string, string>;
  /** In how many days its certificate expires. */
  days?: number;
  addRoutes?: (app: FastifyInstance) => void;
}

/** Starts the service with TLS on a free port. It stops when the test ends. */
export async function start(t: TestContext, { env = {}, days = 1, addRoutes }: Options = {}) {
  const pair = makeCertificate({ days });
  const files = writeFiles(t, { 'key.pem': pair.key, 'cert.pem': pair.cert });
  const settings = readSettings({
    PRIV_KEY: files('key.pem'),
    CERT_KEY: files('cert.pem'),
    DOMAINS: allowedOrigin,
    ...neededSettings,
    ...env,
  });
  const log = keepLog(settings.LOG_LEVEL);
  const app = await buildApp(settings, log.options);
  t.after(() => app.close());
  addEcho(app);
  addRoutes?.(app);
  await listen(app, settings);
  const port = portOf(app);
  const url = `${settings.HTTPS ? 'https' : 'http'}://127.0.0.1:${port}`;

  /** Opens a socket, to the echo by default. A refusal rejects: "Unexpected server response: 403". */
  async function connect(path = '/test-echo', options: ClientOptions = {}): Promise<WebSocket> {
    const address = new URL(path, url.replace('http', 'ws'));
    const headers = { ...clientHeaders, ...options.headers };
    const own = { ca: pair.cert, origin: allowedOrigin };
    const socket = new WebSocket(address, { ...own, ...options, headers });
    await next(socket, 'open');
    return socket;
  }
  return { app, ca: pair.cert, url, port, files, log, connect };
}

/** An echo for tests that are not about your own routes. The plugins protect it like any route. */
function addEcho(app: FastifyInstance): void {
  app.route({
    method: 'GET',
    url: '/test-echo',
    handler: explainUpgrade,
    wsHandler(socket) {
      socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
    },
  });
}

/** Collects the log lines of the service instead of printing them. */
function keepLog(level: string) {
  const lines: LogLine[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  /** Waits for a line with this message, and returns it. */
  async function has(message: RegExp): Promise<LogLine> {
    await until(() => lines.some(({ msg }) => message.test(msg)));
    return lines.find(({ msg }) => message.test(msg)) as LogLine;
  }
  const options: LogOptions = { level, serializers, stream };
  return { options, lines, has };
}

/** Starts a program of the project in its own process, in a folder without `.env`. */
export function startProgram(t: TestContext, path: string, { env = {}, cwd = tmpdir() } = {}) {
  const loader = extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...loader, path], {
    cwd,
    env: { ...process.env, ...neededSettings, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Waits until the service of a program listens, and returns the port. */
export async function portWhenReady(child: ReturnType<typeof startProgram>): Promise<number> {
  for (;;) {
    const [lines] = await next(child.stdout, 'data');
    const port = /127\.0\.0\.1:(\d+)/.exec(String(lines))?.[1];
    if (port !== undefined) return Number(port);
  }
}

/** Waits until a program has ended, and returns its exit code and output. */
export async function outcome(child: ReturnType<typeof startProgram>) {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += text));
  child.stderr.on('data', (text) => (output.stderr += text));
  const [code] = await next(child, 'close');
  return { code, ...output };
}

/** Writes files into a temporary folder, which is removed after the test, and returns their paths. */
export function writeFiles(t: TestContext, files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (name: string) => join(folder, name);
}

/** Waits for an event, with a timeout so that the test fails instead of hanging. */
export function next(emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> {
  return once(emitter, event, { signal: AbortSignal.timeout(timeoutMs) });
}

/** Retries until it succeeds: the other side notices the end of a connection a moment later. */
export async function until(attempt: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await Promise.resolve(attempt()).catch(() => false)) return;
    await setTimeout(20);
  }
  throw new Error(`It did not succeed within ${timeoutMs} ms.`);
}

/** Sends a message and waits for the next one: a string for text, a buffer for binary. */
export async function ask(socket: WebSocket, message: string | Buffer): Promise<unknown> {
  socket.send(message);
  return heard(socket);
}

/** Sends texts to the echo at once, and waits until all answers have arrived, in order. */
export async function answersTo(socket: WebSocket, texts: string[]): Promise<void> {
  const answers: string[] = [];
  const onMessage = (answer: unknown) => answers.push(String(answer));
  socket.on('message', onMessage);
  for (const text of texts) socket.send(text);
  await until(() => answers.length === texts.length);
  socket.off('message', onMessage);
  const wrong = answers.findIndex((answer, index) => answer !== texts[index]);
  assert.equal(answers[wrong], texts[wrong]);
}

/** Waits for the next message. */
export async function heard(socket: WebSocket): Promise<unknown> {
  const [message, isBinary] = await next(socket, 'message');
  return isBinary ? message : String(message);
}

/** Waits until the connection has ended, and returns its close code. */
export async function closeCode(socket: WebSocket): Promise<unknown> {
  const [code] = await next(socket, 'close');
  return code;
}
