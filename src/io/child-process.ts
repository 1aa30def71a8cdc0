/** How a program or a step ended. */
export interface Ended {
  ok: boolean;
  /** What it printed to stdout and stderr, in order, for messages; empty if it was only shown. */
  output: string;
}

/** How a program ended. */
export interface Outcome extends Ended {
  /** What it printed to stdout: only this is read as a value. */
  stdout: string;
}

export interface Run {
  command: string[];
  cwd: string;
  /** `stderr`: shown as it comes. `both`: shown and captured. `terminal`: it also reads the input. */
  output: 'captured' | 'stderr' | 'both' | 'terminal';
  /** Variables in addition to those of this process. */
  env?: Record<string, string>;
  /** Is called with each captured line. */
  onLine?: ((line: string) => void) | undefined;
  /** Ends the program. */
  cancel?: AbortSignal;
  /** Milliseconds after which a probe is given up. */
  timeout?: number;
}

/** A program to start: its absolute path, and its environment. */
export interface Start extends Run {
  program: string;
  environment: Record<string, string | undefined>;
}

type Streams = [0, 1, 2] | ['ignore', 2, 2] | ['ignore', 'pipe', 'pipe'];

/** @returns the stdio of a child process */
export function streams(output: Run['output']): Streams {
  if (output === 'terminal') {
    return [0, 1, 2];
  }
  return output === 'stderr' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'];
}
