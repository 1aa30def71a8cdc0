import type { Outcome } from './child-process.js';
import { run } from './run.js';

/** Runs git in a folder. */
export function git(directory: string, ...args: string[]): Promise<Outcome> {
  return run({ command: ['git', ...args], cwd: directory, output: 'captured' });
}
