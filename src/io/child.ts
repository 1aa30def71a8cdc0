export interface Outcome {
  ok: boolean;
  /** Whether the program could be started at all. */
  found: boolean;
  /** What it printed, stdout and stderr as they came; empty where it was only shown. */
  output: string;
}

export interface Run {
  command: string[];
  cwd: string;
  /** `stderr`: what it says is shown as it comes. `both`: shown and captured. */
  output: 'captured' | 'stderr' | 'both';
  /** Variables beside those of our own environment. */
  env?: Record<string, string>;
  /** Ends the program. */
  cancel?: AbortSignal;
  /** Milliseconds after which a probe is given up. */
  timeout?: number;
}

/** Git's variables of a surrounding hook would turn our commands to the wrong repository. */
const foreignGit = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/** @returns what a program of ours sees of the environment */
export function environment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !foreignGit.includes(name));
  return Object.fromEntries(own);
}

type Streams = ['ignore', 2, 2] | ['ignore', 'pipe', 'pipe'];

/** @returns where stdin, stdout and stderr of a program lead */
export function streams(output: Run['output']): Streams {
  return output === 'stderr' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'];
}
