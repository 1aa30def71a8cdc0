import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment, type Variables } from '../../io/child-environment.js';
import { findProgram } from '../../io/programs.js';

const startLimitMs = 30_000;
const stopLimitMs = 10_000;
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
  /** Stops it, by force after ten seconds; gives its exit code, or the signal that ended it. */
  stop: () => Promise<number | string>;
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

/**
 * Starts a server and waits until it listens.
 * @throws Error if it is not installed, or with its output if it ends early or takes longer than thirty
 *   seconds
 */
export async function startServer(start: Start): Promise<Server> {
  const { command, cwd, env, address, port, cancel } = start;
  const [name = '', ...args] = command;
  const program = name === 'node' ? process.execPath : findProgram(name);
  if (program === undefined) {
    throw new Error(`${name} is not installed.`);
  }
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, args, {
    cwd,
    env: childEnvironment(name, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const running = { still: true };
  const ended = new Promise<number | string>((resolve) => {
    const end = (how: number | string): void => {
      running.still = false;
      resolve(how);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(code ?? signal ?? 'unknown'));
  });
  const stop = async (): Promise<number | string> => {
    child.kill();
    const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    const end = await ended;
    clearTimeout(force);
    return end;
  };
  const limit = Date.now() + startLimitMs;
  const inVain = (): boolean => !running.still || cancel.aborted || Date.now() > limit;
  if (await listensSoon({ address, port, inVain })) {
    return { output: () => said.join(''), stop };
  }
  await stop();
  throw new Error(said.join('') || 'it did not start');
}
