import { chosenNames, repeatCommand } from '../answers/repeat.js';
import { quoteCommand } from '../core/quote.js';
import { UserError, signalExitCodes, type EndingSignal } from '../core/errors.js';
import { sha256 } from '../effects/hash.js';
import { runningPackageManager } from '../effects/probes.js';
import { trustAdvice, type TrustAdvice } from '../effects/trust-advice.js';
import { printJson, type Ui } from '../effects/ui.js';
import type { Plan } from '../plan/plan.js';
import { report, type AnyStep } from '../plan/report.js';
import { closingText, remainingCommands } from '../plan/summary.js';

function hasCertificate(results: AnyStep[]): boolean {
  return results.some(
    ({ group, status }) => group === 'certificate' && (status === 'done' || status === 'already'),
  );
}

/** @returns what is left to do until browsers accept the certificate that was made */
export async function adviceOnTrust(
  plan: Plan,
  results: AnyStep[],
): Promise<TrustAdvice | undefined> {
  if (!hasCertificate(results)) {
    return undefined;
  }
  return trustAdvice(plan.answers);
}

interface Ending {
  /** The first signal that came. */
  signal: EndingSignal | undefined;
  /** What is true though a step failed: a sentence. */
  kept: string;
}

/** @returns what kept the steps from their end: a signal, or those that failed */
export function stepsError(results: AnyStep[], { signal, kept }: Ending): UserError | undefined {
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
  const fix = left === '' ? kept : `${kept} Run in it: ${left}`;
  return new UserError(message, fix, { code: 'step-failed', stage, exitCode: 1, details });
}

/** What came of a plan. */
export interface Outcome {
  plan: Plan;
  results: AnyStep[];
  error: UserError | undefined;
  advice: TrustAdvice | undefined;
}

function leftOf({ plan, results, advice }: Outcome): string[] {
  return remainingCommands({ plan, results, trust: advice?.commands ?? [] });
}

/** Prints the document of `--json`. */
export function printReport(outcome: Outcome): void {
  const { plan, results, error, advice } = outcome;
  const warnings = [...plan.warnings, ...(advice === undefined ? [] : [advice.message])];
  printJson(report({ plan, error, steps: results, next: leftOf(outcome), warnings, sha256 }));
}

function repeatLine({ answers, steps }: Plan, version: string): string {
  const runner = runningPackageManager();
  const names = chosenNames(answers, { packageManager: 'npm', mkcert: false });
  const verify = steps.some(({ group }) => group === 'verify') ? ['--verify'] : [];
  return quoteCommand([
    ...repeatCommand({ known: answers, names, version, runner }),
    '--yes',
    ...verify,
  ]);
}

/** Nothing is left to a person, and nothing was left to us. */
function isDone(results: Outcome['results']): boolean {
  return results.every(
    ({ status, left }) => status === 'already' || (status === 'skipped' && left.length === 0),
  );
}

interface Telling {
  ui: Ui;
  version: string;
  /** No file had to be written. */
  idle: boolean;
}

/** Says to a person what is next. */
export function sayOutcome(outcome: Outcome, { ui, version, idle }: Telling): void {
  const { plan, results, error, advice } = outcome;
  if (error?.code === 'cancelled') {
    ui.warn(`${error.message} ${error.fix}`);
  }
  if (idle && isDone(results)) {
    ui.print('Nothing to do.');
    return;
  }
  if (advice !== undefined) {
    ui.warn(advice.message);
  }
  ui.print(closingText(plan, leftOf(outcome), repeatLine(plan, version)));
}
