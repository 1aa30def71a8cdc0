import type { ChildProcess } from 'node:child_process';
import { messageOf } from '../core/errors.js';
import { collectOutput } from './collect-output.js';
import { streams, type Outcome, type Start } from './child-process.js';

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
function outcomeOf(child: ChildProcess, start: Start): Promise<Outcome> {
  const collected = collectOutput(child, start);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const { stdout, output } = collected();
      resolve({ ok: false, stdout, output: output + messageOf(error) });
    });
    child.once('close', (code) => resolve({ ok: code === 0, ...collected() }));
  });
}

/** Runs a program that is a single file, without loading a library. */
export function runWithSpawn(start: Start): Promise<Outcome> {
  const { program, command, cwd, environment, output, cancel, timeout } = start;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, command.slice(1), {
    cwd,
    env: environment,
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
  });
  if (cancel !== undefined) {
    endWith(child, cancel);
  }
  return outcomeOf(child, start);
}
