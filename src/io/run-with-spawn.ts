import type { ChildProcess } from 'node:child_process';
import { environment, streams, type Outcome, type Run } from './child-process.js';
import { errorCode } from './system-errors.js';

/** Milliseconds after which a program that does not end is killed, as in execa. */
const graceMs = 5000;

/** Terminates the program on a signal, and waits for its end: git removes its locks then. */
function endWith(child: ChildProcess, cancel: AbortSignal): void {
  const end = (): void => {
    child.kill();
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => clearTimeout(force));
  };
  cancel.addEventListener('abort', end);
  child.once('exit', () => cancel.removeEventListener('abort', end));
}

/** Collects the program's output, and resolves when it has ended. */
function outcomeOf(child: ChildProcess, { output, cancel }: Run): Promise<Outcome> {
  const said: string[] = [];
  const pipes = [child.stdout, child.stderr];
  pipes.forEach((pipe) => pipe?.on('data', (chunk) => said.push(String(chunk))));
  if (output === 'both') {
    pipes.forEach((pipe) => pipe?.on('data', (chunk) => process.stderr.write(chunk)));
  }
  return new Promise((resolve) => {
    const end = (code: number | null, found = true): void =>
      resolve({ ok: code === 0, found, output: said.join('') });
    child.once('error', (error) => end(null, errorCode(error) !== 'ENOENT'));
    child.once('close', (code) => end(code));
    // Children of a cancelled program may keep its pipes open: does not wait for them.
    child.once('exit', () => {
      if (cancel?.aborted === true) {
        pipes.forEach((pipe) => pipe?.destroy());
      }
    });
  });
}

/** Runs a program that is a single file, without loading a library. */
export function runWithSpawn(wanted: Run): Promise<Outcome> {
  const { command, cwd, output, cancel, timeout, env = {} } = wanted;
  const [program = '', ...args] = command;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, args, {
    cwd,
    env: { ...environment(), ...env },
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
  });
  if (cancel !== undefined) {
    endWith(child, cancel);
  }
  return outcomeOf(child, wanted);
}
