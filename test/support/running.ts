import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from './sandbox.js';

/** @returns a port of the loopback that nothing listens on now */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('The system gave no port.');
  }
  return address.port;
}

/** A program that runs while a test talks to it. */
export interface Running {
  output: () => string;
  /** Ends it and what it started; gives its exit code, or the signal that ended it. */
  stop: (signal?: 'SIGTERM' | 'SIGINT') => Promise<number | string | null>;
}

interface Start {
  cwd: string;
  env: Environment;
  /** It is ready when something listens there. */
  port: number;
}

const startLimit = 30_000;
const stopLimit = 10_000;

function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).then((answer) => {
    socket.destroy();
    return answer === true;
  });
}

async function untilReady(child: ChildProcess, port: number, output: () => string): Promise<void> {
  const limit = Date.now() + startLimit;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > limit) {
      throw new Error(`Nothing listens on ${port}. It said:\n${output()}`);
    }
    await sleep(50);
  }
}

/** Starts a program in a process group of its own, and waits until it listens. */
export async function start(command: string[], { cwd, env, port }: Start): Promise<Running> {
  const [program = '', ...args] = command;
  const said: string[] = [];
  const output = (): string => said.join('');
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(program, args, { cwd, env, stdio: [...stdio], detached: true });
  child.stdout?.on('data', (chunk) => said.push(String(chunk)));
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const ended = once(child, 'exit');
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, signal);
    }
  };
  const stop: Running['stop'] = async (signal = 'SIGTERM') => {
    kill(signal);
    const timer = setTimeout(() => kill('SIGKILL'), stopLimit);
    const [code, by] =
      child.exitCode === null && child.signalCode === null
        ? await ended
        : [child.exitCode, child.signalCode];
    clearTimeout(timer);
    return code ?? by;
  };
  try {
    await untilReady(child, port, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { output, stop };
}
