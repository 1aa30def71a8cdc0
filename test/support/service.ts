import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderApp } from './app.js';
import { root } from './cli.js';
import { freePort } from './running.js';

/** The address of a service, and what a client must know about it. */
export interface Target {
  port: number;
  /** The only origin that may connect. */
  origin: string;
  /** The certificate to trust. Without it, the service uses plain ws://. */
  ca?: string;
}

/** The resources of a service's process at one moment. Sizes are in bytes. */
export interface Holdings {
  heapUsed: number;
  external: number;
  rss: number;
  /** The number of active resources of each kind (`process.getActiveResourcesInfo`). */
  handles: Record<string, number>;
  /** 0 if the system has no /proc. */
  fds: number;
}

/** What a service has logged since its start. */
export interface Logged {
  bytes: number;
  /** The length of the longest line, in characters. */
  longest: number;
  /** The first error lines: those of level 50 or more, and those that are not JSON. */
  errors: string[];
}

/** A rendered service in its own process. */
export interface Service {
  target: Target;
  runs: () => boolean;
  /** Its last output, for a report. */
  output: () => string;
  logged: () => Logged;
  /** Its resources, after a garbage collection if `--expose-gc` was given. */
  holdings: () => Promise<Holdings>;
  /** Sends SIGTERM, and after ten seconds SIGKILL. Returns its exit code, or the signal. */
  stop: () => Promise<number | string | null>;
}

/** A rendered project, from which services are started. */
export interface Rendered {
  start: (scheme: 'ws' | 'wss', nodeFlags?: string[]) => Promise<Service>;
  remove: () => void;
}

/** The longest message that a rendered service accepts here, in bytes. */
export const messageLimit = 65_536;

const origin = 'https://app.example';
const inside = pathToFileURL(join(root, 'test/support/inside.js')).href;
const patience = 30_000;
const stopLimit = 10_000;
const kept = 64 * 1024;
const errorsMost = 20;
const errorLevel = 50;

// These tests are about the protocol, so the limits on connections are raised.
const wide = {
  MAX_CONNECTIONS: '100000',
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
  MESSAGES_PER_SECOND: '1000000',
  MAX_BUFFERED_BYTES: '67108864',
  HEARTBEAT_MS: '30000',
  MAX_MESSAGE_BYTES: String(messageLimit),
};

/** Renders a project from which services can be started. Needs `dist/`. */
export async function renderService(): Promise<Rendered> {
  const { folder, keyFile, certFile, cert, remove } = await renderApp();
  const certificate = { PRIV_KEY: keyFile, CERT_KEY: certFile };
  return {
    start: async (scheme, nodeFlags = []) => {
      const port = await freePort();
      const https = scheme === 'wss';
      const settings = { ...certificate, HTTPS: String(https), PORT: String(port) };
      const target = { port, origin, ...(https ? { ca: cert } : {}) };
      return serviceOf(launch(folder, settings, nodeFlags), target);
    },
    remove,
  };
}

function launch(cwd: string, settings: Record<string, string>, nodeFlags: string[]): ChildProcess {
  // The service trusts the given certificates, not those of this machine.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined };
  return spawn(process.execPath, [...nodeFlags, '--import', inside, 'src/server.js'], {
    cwd,
    env: { ...env, ...wide, ...settings, HOST: '127.0.0.1', DOMAINS: origin, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function serviceOf(child: ChildProcess, target: Target): Promise<Service> {
  const state = { said: '' };
  const log = readLog();
  const keep = (text: string): void => {
    state.said = (state.said + text).slice(-kept);
  };
  child.stdout?.setEncoding('utf8').on('data', keep).on('data', log.read);
  child.stderr?.setEncoding('utf8').on('data', keep).on('data', log.read);
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  const service = {
    target,
    runs,
    output: () => state.said,
    logged: () => log.logged,
    holdings: () => holdingsOf(child),
    stop: () => stop(child),
  };
  const end = Date.now() + patience;
  while (!(await listens(target.port))) {
    if (!runs() || Date.now() > end) {
      await stop(child);
      throw new Error(`The service does not listen. It said:\n${state.said}`);
    }
    await sleep(50);
  }
  return service;
}

function isError(line: string): boolean {
  try {
    return JSON.parse(line).level >= errorLevel;
  } catch {
    // Node.js writes its warnings, and errors that end a process, as text.
    return true;
  }
}

function readLog() {
  const logged: Logged = { bytes: 0, longest: 0, errors: [] };
  let rest = '';
  const read = (text: string): void => {
    logged.bytes += Buffer.byteLength(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      logged.longest = Math.max(logged.longest, line.length);
      if (logged.errors.length < errorsMost && isError(line)) {
        logged.errors.push(line);
      }
    }
  };
  return { logged, read };
}

function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function holdingsOf(child: ChildProcess): Promise<Holdings> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(patience) });
  child.send('What do you hold?');
  const [holdings] = await answer;
  return holdings;
}

async function stop(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), stopLimit);
    await ended;
    clearTimeout(force);
  }
  return child.exitCode ?? child.signalCode;
}
