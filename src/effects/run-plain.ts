import { environment, streams, type Outcome, type Run } from './child.js';
import { errorCode } from './reasons.js';

/** Runs a program that is one file, without loading anything. */
export async function runPlain({ command, cwd, output, cancel, timeout }: Run): Promise<Outcome> {
  const [program = '', ...args] = command;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, args, {
    cwd,
    env: environment(),
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cancel === undefined ? {} : { signal: cancel }),
  });
  const said: string[] = [];
  child.stdout?.on('data', (chunk) => said.push(String(chunk)));
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const found = errorCode(error) !== 'ENOENT';
      resolve({ ok: false, found, output: said.join('') });
    });
    child.once('close', (code) => {
      resolve({ ok: code === 0, found: true, output: said.join('') });
    });
  });
}
