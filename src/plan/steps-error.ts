import { UserError, signalExitCodes, type EndingSignal } from '../core/errors.js';
import type { AnyStep } from './report.js';

interface Ending {
  /** The first signal that came. */
  signal: EndingSignal | undefined;
  /** What is true though a step failed: a sentence. */
  kept: string;
  /** Where the commands that are left are to be run: the words before them. */
  where?: string;
}

/** @returns what kept the steps from their end: a signal, or those that failed */
export function stepsError(
  results: AnyStep[],
  { signal, kept, where = 'Run in it' }: Ending,
): UserError | undefined {
  const stage = 'steps';
  const failed = results.filter(({ status }) => status === 'failed');
  if (signal !== undefined) {
    const exitCode = signalExitCodes[signal];
    const message = `Stopped by ${signal}. ${kept}`;
    return new UserError(message, 'Run what is left.', { code: 'cancelled', stage, exitCode });
  }
  if (failed.length === 0) {
    return undefined;
  }
  const message = failed.map(({ title }) => `${title} failed.`).join(' ');
  const left = failed.flatMap((step) => step.left).join(', then ');
  const details = failed.flatMap(({ advice }) => advice ?? []);
  const fix = left === '' ? kept : `${kept} ${where}: ${left}`;
  return new UserError(message, fix, { code: 'step-failed', stage, exitCode: 1, details });
}
