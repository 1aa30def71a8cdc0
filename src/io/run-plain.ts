import type { ChildProcess } from 'node:child_process';
import { environment, streams, type Outcome, type Run } from './child.js';
import { errorCode } from './reasons.js';

/** Milliseconds after which a program that was asked to end is ended by force, as execa does it. */
const graceMs = 5000;

/** Asks the program to end when a signal comes; git clears its locks then, so its end is waited for. */
function endWith(child: ChildProcess, cancel: AbortSignal): void {
  const end = (): void => {
    child.kill();
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => clearTimeout(force));
  };
  cancel.addEventListener('abort', end);
  child.once('exit', () => cancel.removeEventListener('abort', end));
}

/** Collects what the program says, and resolves when it has ended and said all. */
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
    // What a cancelled program has started may live on and hold its pipes: that is not waited for.
    child.once('exit', () => {
      if (cancel?.aborted === true) {
        pipes.forEach((pipe) => pipe?.destroy());
      }
    });
  });
}

/** Runs a program that is one file, without loading anything. */
export function runPlain(wanted: Run): Promise<Outcome> {
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
