import { join } from 'node:path';
import { execa } from 'execa';
import type { Environment } from './sandbox.js';

export const root = join(import.meta.dirname, '../..');
export const bin = join(root, 'dist/cli.js');
/** How the program tells people to start it, from this clone. */
export const thisProgram = `node ${bin}`;

/** How printed commands begin that need root: root needs no sudo. */
export const sudo = process.getuid?.() === 0 ? '' : 'sudo ';

export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

interface Call {
  cwd: string;
  env: Environment;
  /** The content of stdin. By default, stdin is /dev/null. */
  input?: string;
  /** The user and group that run it. Only root may choose. */
  uid?: number;
  /** The timeout in milliseconds. */
  limitMs?: number;
}

/** Runs a program until it ends in any way. */
export async function runProgram(
  command: string[],
  { cwd, env, input, uid, limitMs }: Call,
): Promise<Ended> {
  const [program = '', ...args] = command;
  const { exitCode, stdout, stderr } = await execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    ...(limitMs === undefined ? {} : { timeout: limitMs }),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  return { code: exitCode, stdout, stderr };
}

/** Runs the bundle as a user does. */
export function cli(args: string[], call: Call): Promise<Ended> {
  return runProgram([process.execPath, bin, ...args], call);
}
