export interface Outcome {
  ok: boolean;
  /** Whether the program could be started at all. */
  found: boolean;
  /** What it printed to stdout and stderr, in order; empty if it was only shown. */
  output: string;
}

export interface Run {
  command: string[];
  cwd: string;
  /** `stderr`: shown as it comes. `both`: shown and captured. `terminal`: it also reads the input. */
  output: 'captured' | 'stderr' | 'both' | 'terminal';
  /** Variables in addition to those of this process. */
  env?: Record<string, string>;
  /** Ends the program. */
  cancel?: AbortSignal;
  /** Milliseconds after which a probe is given up. */
  timeout?: number;
}

/** In a git hook, these variables would send git commands to the wrong repository. */
const foreignGit = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/** @returns the environment of a child process */
export function environment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !foreignGit.includes(name));
  return Object.fromEntries(own);
}

type Streams = [0, 1, 2] | ['ignore', 2, 2] | ['ignore', 'pipe', 'pipe'];

/** @returns the stdio of a child process */
export function streams(output: Run['output']): Streams {
  if (output === 'terminal') {
    return [0, 1, 2];
  }
  return output === 'stderr' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'];
}
