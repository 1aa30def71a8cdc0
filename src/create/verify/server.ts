import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoteCommand } from '../../core/quote.js';
import { childEnvironment, type Variables } from '../../io/child-environment.js';
import { findProgram } from '../../io/programs.js';
import { errorCode } from '../../io/system-errors.js';

const startLimitMs = 30_000;
const stopLimitMs = 10_000;
/** How long to wait after that for programs that nothing ends. */
const forceLimitMs = 5_000;
const pauseMs = 50;

/** @returns a free port on the loopback interface */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new Error('The system did not give a port.');
  }
  return address.port;
}

interface Start {
  /** A program on PATH, or `node` for this one, and its arguments. */
  command: string[];
  cwd: string;
  env: Variables;
  /** It is ready when it listens there. */
  address: string;
  port: number;
  cancel: AbortSignal;
}

/** A server that runs until it is stopped. */
export interface Server {
  /** What it has printed until now. */
  output: () => string;
  /** Stops it with all its child processes, by force after ten seconds; whether it needed no force. */
  stop: () => Promise<boolean>;
}

/** @returns whether something accepts a TCP connection there */
export function listens(address: string, port: number): Promise<boolean> {
  const socket = connect(port, address);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).then((answer) => {
    socket.destroy();
    return answer === true;
  });
}

interface Wait extends Pick<Start, 'address' | 'port'> {
  inVain: () => boolean;
}

/** @returns whether something starts to listen in time */
async function listensSoon(wait: Wait): Promise<boolean> {
  if (await listens(wait.address, wait.port)) {
    return true;
  }
  await sleep(pauseMs);
  return wait.inVain() ? false : listensSoon(wait);
}

/** npm is a script on Windows, which only a shell can start. */
const isWindows = process.platform === 'win32';

/** Ends a program and the programs that it started: package managers do not pass SIGTERM on. */
function endTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  if (isWindows) {
    // By name alone, Windows would first look in the current folder.
    spawn(findProgram('taskkill') ?? 'taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // All of them have ended.
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}

interface Running {
  child: ChildProcess;
  said: string[];
  /** Settles when it and all programs that it started have ended. */
  ended: Promise<unknown>;
  isRunning: () => boolean;
}

/** Starts a program in its own process group. */
function run({ command, cwd, env }: Start): Running {
  const [name = '', ...words] = command;
  const found = name === 'node' ? process.execPath : findProgram(name);
  if (found === undefined) {
    throw new Error(`${name} is not installed.`);
  }
  const [program, args] = isWindows ? [quoteCommand([found, ...words]), []] : [found, words];
  const child = spawn(program, args, {
    cwd,
    env: childEnvironment(name, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !isWindows,
    shell: isWindows,
  });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const state = { running: true };
  child.once('exit', () => (state.running = false));
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      said.push(error.message);
      state.running = false;
      resolve(error);
    });
    // The last program that holds its output has ended.
    child.once('close', resolve);
  });
  return { child, said, ended, isRunning: () => state.running };
}

async function stopTree({ child, ended }: Running): Promise<boolean> {
  const state = { forced: false };
  endTree(child, 'SIGTERM');
  const force = setTimeout(() => {
    state.forced = true;
    endTree(child, 'SIGKILL');
  }, stopLimitMs);
  const end = new AbortController();
  const limit = sleep(stopLimitMs + forceLimitMs, false, { signal: end.signal }).catch(() => true);
  const hasEnded = await Promise.race([ended.then(() => true), limit]);
  end.abort();
  clearTimeout(force);
  if (!hasEnded) {
    // A program that has left the process tree may keep its output open for ever.
    [child.stdout, child.stderr].forEach((stream) => stream?.destroy());
    child.unref();
  }
  return hasEnded && !state.forced;
}

/** A program that restarts the service after changes does not end with it, but says so. */
function hasFailed(output: string): boolean {
  return output.includes('Failed running');
}

/**
 * Starts a server and waits until it listens.
 * @throws Error if it is not installed, or with its output if it ends early or takes longer than thirty
 *   seconds
 */
export async function startServer(start: Start): Promise<Server> {
  const { address, port, cancel } = start;
  const running = run(start);
  const output = (): string => running.said.join('');
  const stopping: Promise<boolean>[] = [];
  const stop = (): Promise<boolean> => {
    const [first = stopTree(running)] = stopping;
    stopping[0] = first;
    return first;
  };
  const limit = Date.now() + startLimitMs;
  const inVain = (): boolean =>
    !running.isRunning() || hasFailed(output()) || cancel.aborted || Date.now() > limit;
  if (await listensSoon({ address, port, inVain })) {
    return { output, stop };
  }
  await stop();
  throw new Error(output() || 'it did not start');
}
