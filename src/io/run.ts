import { runWithExeca } from './run-with-execa.js';
import { runWithSpawn } from './run-with-spawn.js';
import type { Outcome, Run } from './child-process.js';

/**
 * Programs that are a single file on every system. Package managers are scripts on Windows, which
 * need execa; loading it takes as long as rendering the whole project.
 */
const plainPrograms = ['mkcert', 'certutil', 'certutil.exe', 'wslpath', 'mkdir', 'git'];

/** Runs a program to its end. Never throws for what the program does. */
export function run(wanted: Run): Promise<Outcome> {
  return plainPrograms.includes(wanted.command[0] ?? '')
    ? runWithSpawn(wanted)
    : runWithExeca(wanted);
}
