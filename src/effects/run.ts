import type { StdioOptions } from 'node:child_process';
import type { Options } from 'execa';
import { errorCode } from './compare.js';

export interface Outcome {
  ok: boolean;
  /** Whether the program could be started at all. */
  found: boolean;
  /** What it printed, stdout and stderr as they came; empty where it had the terminal. */
  output: string;
}

/** Git's variables of a surrounding hook would turn our commands to the wrong repository. */
const foreignGit = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/**
 * Programs that are one file on every system. Package managers are scripts on Windows, which take
 * execa to start; it costs as much time to load as the whole project takes to render.
 */
const plainPrograms = ['mkcert', 'certutil', 'git'];

interface Run {
  command: string[];
  cwd: string;
  /** `terminal`: it may ask for a password. `stderr`: what it says is shown as it comes. */
  output: 'captured' | 'terminal' | 'stderr';
  /** Ends the program. */
  cancel?: AbortSignal;
  /** Milliseconds after which a probe is given up. */
  timeout?: number;
}

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !foreignGit.includes(name));
  return Object.fromEntries(own);
}

function streams(output: Run['output']): StdioOptions & Options['stdio'] {
  if (output === 'terminal') {
    return 'inherit';
  }
  return output === 'stderr' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'];
}

/** Runs a program that is one file, without loading anything. */
async function runPlain({ command, cwd, output, cancel, timeout }: Run): Promise<Outcome> {
  const { spawn } = await import('node:child_process');
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: environment(),
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cancel === undefined ? {} : { signal: cancel }),
  });
  const said: string[] = [];
  child.stdout?.on('data', (chunk) => said.push(String(chunk)));
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const found = errorCode(error) !== 'ENOENT';
      resolve({ ok: false, found, output: said.join('') });
    });
    child.once('close', (code) => {
      resolve({ ok: code === 0, found: true, output: said.join('') });
    });
  });
}

/** Runs a program as a shell would find it, a script on Windows among them. */
async function runAny({ command, cwd, output, cancel, timeout }: Run): Promise<Outcome> {
  const { execa } = await import('execa');
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    cwd,
    reject: false,
    all: true,
    env: environment(),
    extendEnv: false,
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cancel === undefined ? {} : { cancelSignal: cancel }),
  });
  // What a cancelled program has started may live on and hold its pipes: that is not waited for.
  child.once('exit', () => {
    if (cancel?.aborted === true) {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
  });
  const result = await child;
  return {
    ok: !result.failed,
    found: result.exitCode !== undefined || result.signal !== undefined,
    output: typeof result.all === 'string' ? result.all : '',
  };
}

/** Runs a program to its end. Never throws for what the program does. */
export function run(wanted: Run): Promise<Outcome> {
  return plainPrograms.includes(wanted.command[0] ?? '') ? runPlain(wanted) : runAny(wanted);
}
