import { homedir } from 'node:os';
import type { Outcome } from '../io/child-process.js';
import { run } from '../io/run.js';

/** Milliseconds: in some cases, certutil waits for a password forever. */
const limit = 10_000;

/** Runs certutil or a command before it, which never ask questions. */
export function runProbe(command: string[], cancel?: AbortSignal): Promise<Outcome> {
  const cancelling = cancel === undefined ? {} : { cancel };
  return run({ command, cwd: homedir(), output: 'captured', timeout: limit, ...cancelling });
}
