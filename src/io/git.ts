import type { Outcome } from './child-process.js';
import { run } from './run.js';

/** Runs git in a folder. Its messages are in English, so that they can be told apart. */
export function git(directory: string, ...args: string[]): Promise<Outcome> {
  const env = { LC_ALL: 'C' };
  return run({ command: ['git', ...args], cwd: directory, output: 'captured', env });
}
