import { runAny } from './run-any.js';
import { runPlain } from './run-plain.js';
import type { Outcome, Run } from './child.js';

/**
 * Programs that are one file on every system. Package managers are scripts on Windows, which take
 * execa to start; it costs as much time to load as the whole project takes to render.
 */
const plainPrograms = ['mkcert', 'certutil', 'certutil.exe', 'wslpath', 'mkdir', 'git'];

/** Runs a program to its end. Never throws for what the program does. */
export function run(wanted: Run): Promise<Outcome> {
  return plainPrograms.includes(wanted.command[0] ?? '') ? runPlain(wanted) : runAny(wanted);
}
