import type { Outcome } from './child.js';
import { run } from './run.js';

/** Asks git something about a folder, or has it do something there. */
export function git(directory: string, ...args: string[]): Promise<Outcome> {
  return run({ command: ['git', ...args], cwd: directory, output: 'captured' });
}
