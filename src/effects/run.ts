import type { Options } from 'execa';

export interface Outcome {
  ok: boolean;
  /** Whether the program could be started at all. */
  found: boolean;
  /** What it printed, stdout and stderr as they came; empty where it had the terminal. */
  output: string;
  /** The signal that ended it. */
  signal: string | undefined;
}

/** Git's variables of a surrounding hook would turn our commands to the wrong repository. */
const foreignGit = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

interface Run {
  command: string[];
  cwd: string;
  /** `terminal`: it may ask for a password. `stderr`: what it says is shown as it comes. */
  output: 'captured' | 'terminal' | 'stderr';
  /** Ends the program by SIGINT. */
  cancel?: AbortSignal;
  /** Milliseconds after which a probe is given up. */
  timeout?: number;
}

function streams(output: Run['output']): Options {
  if (output === 'terminal') {
    return { stdio: 'inherit' };
  }
  if (output === 'stderr') {
    return { stdin: 'ignore', stdout: 2, stderr: 2 };
  }
  return { stdin: 'ignore', all: true };
}

/** Runs a program to its end. Never throws for what the program does. */
export async function run({ command, cwd, output, cancel, timeout }: Run): Promise<Outcome> {
  const { execa } = await import('execa');
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    cwd,
    reject: false,
    env: Object.fromEntries(foreignGit.map((name) => [name, undefined])),
    ...streams(output),
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
    signal: result.signal,
  };
}
