import { messageOf } from '../core/errors.js';
import { isPackageManager } from '../options/package-managers.js';
import { childEnvironment } from './child-environment.js';
import type { Outcome, Run } from './child-process.js';
import { findProgram } from './programs.js';
import { runWithExeca } from './run-with-execa.js';
import { runWithSpawn } from './run-with-spawn.js';

/**
 * Package managers are scripts on Windows, which need execa; loading it takes as long as rendering the
 * whole project.
 */
function needsExeca(name: string, program: string): boolean {
  return isPackageManager(name) || /\.(bat|cmd)$/i.test(program);
}

/** Runs a program to its end, by the path at which it is found. Never throws for what the program does. */
export async function run(wanted: Run): Promise<Outcome> {
  const [name = ''] = wanted.command;
  const program = findProgram(name);
  if (program === undefined) {
    return { ok: false, stdout: '', output: `${name} is not installed.` };
  }
  const start = { ...wanted, program, environment: childEnvironment(name, wanted.env) };
  try {
    return await (needsExeca(name, program) ? runWithExeca(start) : runWithSpawn(start));
  } catch (error) {
    // The system refuses to start it, such as for arguments that are too long.
    return { ok: false, stdout: '', output: messageOf(error) };
  }
}
