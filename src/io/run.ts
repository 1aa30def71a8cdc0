import { runAny } from './run-any.js';
import { runPlain } from './run-plain.js';
import type { Outcome, Run } from './child.js';

/**
 * Programs that are a single file on every system. Package managers are scripts on Windows, which
 * need execa; loading it takes as long as rendering the whole project.
 */
const plainPrograms = ['mkcert', 'certutil', 'certutil.exe', 'wslpath', 'mkdir', 'git'];

/** Runs a program to its end. Never throws for what the program does. */
export function run(wanted: Run): Promise<Outcome> {
  return plainPrograms.includes(wanted.command[0] ?? '') ? runPlain(wanted) : runAny(wanted);
}
