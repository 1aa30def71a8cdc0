import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { listens } from '../../src/create/verify/server.js';
import type { App } from './app.js';
import { nodeFolder, ownMajor } from './nodes.js';
import { freePort } from './running.js';
import type { Environment } from './sandbox.js';
import { patience, until } from './until.js';

/** A line of the service's log. */
export interface LogLine {
  level: number;
  msg: string;
  reqId?: string;
  route?: string;
  err?: { message: string; stack: string };
  thrown?: string;
}

/** A service that runs in its own process. */
export interface AppProcess {
  pid: number;
  port: number;
  /** All its output. */
  output: () => string;
  /** The complete lines of its log. */
  lines: () => LogLine[];
  runs: () => boolean;
  signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Closes the reading end of its stdout. */
  closeOutput: () => void;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Sends SIGTERM, waits for the end, and returns the exit code or the signal. */
  stop: () => Promise<number | string>;
}

export interface Launch {
  env?: Environment;
  /** A program and its arguments that run the command after them, in the same process. */
  before?: string[];
  /** The stdio of the process. A pipe that is `unread` fills up. */
  output?: 'read' | 'unread';
}

export const origin = 'https://app.example';

/** The node that runs services. TESTS_NODE=24 selects another release than that of the tests. */
export const node = join(nodeFolder(Number(process.env['TESTS_NODE'] ?? ownMajor)), 'node');

/**
 * @returns the environment of a service: it trusts only the given certificates, not those of this
 *   machine
 */
export function environmentFor({ keyFile, certFile }: App, port: number): Environment {
  return {
    ...process.env,
    NODE_EXTRA_CA_CERTS: undefined,
    SSL_CERT_FILE: undefined,
    PRIV_KEY: keyFile,
    CERT_KEY: certFile,
    HOST: '127.0.0.1',
    PORT: String(port),
    DOMAINS: origin,
    MAX_CONNECTIONS_PER_ADDRESS: '10000',
  };
}

/** Starts the service of a project, and waits until it listens. */
export async function launch(app: App, how: Launch = {}): Promise<AppProcess> {
  const { before = [], output = 'read' } = how;
  const port = await freePort();
  const [program = '', ...args] = [...before, node, 'src/server.js'];
  const env = { ...environmentFor(app, port), ...how.env };
  const child = spawn(program, args, { cwd: app.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const service = processOf(child, { port, read: output === 'read' });
  try {
    const ready = async () => !service.runs() || (await listens('127.0.0.1', port));
    await until('the service listens', ready);
    if (!service.runs()) {
      throw new Error('The service has ended.');
    }
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Error(`It does not start. It wrote:\n${service.output()}`, { cause });
  }
  return service;
}

function processOf(child: ChildProcess, { port, read }: { port: number; read: boolean }) {
  const written: string[] = [];
  const keep = (text: string): void => void written.push(text);
  child.stderr?.setEncoding('utf8').on('data', keep);
  if (read) {
    child.stdout?.setEncoding('utf8').on('data', keep);
  }
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  // `close` comes after all output was read, which never happens for an unread pipe.
  const ended: Promise<number | string> = once(child, read ? 'close' : 'exit').then(
    ([code, signal]) => code ?? signal,
  );
  return {
    pid: child.pid ?? Number.NaN,
    port,
    output: () => written.join(''),
    lines: () => linesOf(written.join('')),
    runs,
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    closeOutput: () => void child.stdout?.destroy(),
    ended,
    stop: () => stop(child, ended),
  };
}

/** @returns the log lines in a text; the last line may be incomplete */
export function linesOf(text: string): LogLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

async function stop(child: ChildProcess, ended: Promise<number | string>) {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), patience);
  const how = await ended;
  clearTimeout(force);
  child.stdout?.destroy();
  return how;
}
