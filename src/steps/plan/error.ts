import { UserError, signalExitCodes, type EndingSignal } from '../../core/errors.js';
import type { StepResult } from './step.js';

interface Ending {
  /** The first signal that arrived. */
  signal: EndingSignal | undefined;
  /** What is kept although a step failed: a sentence. */
  kept: string;
  /** The words before the remaining commands. */
  where?: string;
}

/** @returns why the steps did not finish: a signal, or failed steps */
export function stepsError(
  results: StepResult[],
  { signal, kept, where = 'In its folder, run' }: Ending,
): UserError | undefined {
  const stage = 'steps';
  const failed = results.filter(({ status }) => status === 'failed');
  if (signal !== undefined) {
    const exitCode = signalExitCodes[signal];
    const message = `Stopped by ${signal}. ${kept}`;
    return new UserError(message, 'Run the remaining commands.', {
      code: 'cancelled',
      stage,
      exitCode,
    });
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
