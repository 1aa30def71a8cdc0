import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { listens } from '../../src/create/verify/server.js';
import type { Environment } from './sandbox.js';

export { freePort } from '../../src/create/verify/server.js';

/** A program that runs while a test uses it. */
export interface Running {
  /** The id of its process, and of its process group. */
  pid: number;
  output: () => string;
  /** Ends it and all that it started. Returns its exit code, or the signal that ended it. */
  stop: (signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => Promise<number | string | null>;
}

interface Start {
  cwd: string;
  env: Environment;
  /** It is ready when a server listens there. */
  port: number;
  /** The user and group that run it. Only root may choose. */
  uid?: number;
}

const startLimit = 30_000;
const stopLimit = 10_000;

async function untilReady(child: ChildProcess, port: number, output: () => string): Promise<void> {
  const limit = Date.now() + startLimit;
  while (!(await listens('127.0.0.1', port))) {
    if (child.exitCode !== null || Date.now() > limit) {
      throw new Error(`Nothing listens on ${port}. It said:\n${output()}`);
    }
    await sleep(50);
  }
}

/** Waits until a server listens on a port of the loopback interface. */
export async function untilListening(port: number): Promise<void> {
  const limit = Date.now() + startLimit;
  while (!(await listens('127.0.0.1', port))) {
    if (Date.now() > limit) {
      throw new Error(`Nothing listens on ${port}.`);
    }
    await sleep(50);
  }
}

/** Waits until the port is free again: what a script has started may outlive the script. */
async function untilFree(port: number, limit: number): Promise<boolean> {
  const end = Date.now() + limit;
  while (await listens('127.0.0.1', port)) {
    if (Date.now() > end) {
      return false;
    }
    await sleep(50);
  }
  return true;
}

/** Starts a program in its own process group, and waits until it listens. */
export async function start(command: string[], { cwd, env, port, uid }: Start): Promise<Running> {
  const [program = '', ...args] = command;
  if (await listens('127.0.0.1', port)) {
    throw new Error(`Something else listens on ${port} already.`);
  }
  const said: string[] = [];
  const output = (): string => said.join('');
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const ended = once(child, 'exit');
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? Number.NaN), signal);
    } catch (error) {
      // The whole group has ended by itself.
      expectGone(error);
    }
  };
  const stop: Running['stop'] = async (signal = 'SIGTERM') => {
    kill(signal);
    const free = await untilFree(port, stopLimit);
    if (!free) {
      kill('SIGKILL');
    }
    const [code, by] = await ended;
    return code ?? by;
  };
  try {
    await untilReady(child, port, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? Number.NaN, output, stop };
}

function expectGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
    throw error;
  }
}
