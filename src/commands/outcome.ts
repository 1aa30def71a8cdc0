import { chosenNames, repeatCommand } from '../answers/repeat.js';
import { quoteCommand } from '../core/quote.js';
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

/** What came of a plan. */
export interface Outcome {
  plan: Plan;
  results: AnyStep[];
  advice: TrustAdvice | undefined;
}

function leftOf({ plan, results, advice }: Outcome): string[] {
  return remainingCommands({ plan, results, trust: advice?.commands ?? [] });
}

/** Prints the document of `--json`. */
export function printReport(outcome: Outcome): void {
  const { plan, results, advice } = outcome;
  const warnings = [...plan.warnings, ...(advice === undefined ? [] : [advice.message])];
  printJson(report({ plan, steps: results, next: leftOf(outcome), warnings, sha256 }));
}

function repeatLine({ answers }: Plan, version: string): string {
  const runner = runningPackageManager();
  const names = chosenNames(answers, { packageManager: 'npm', mkcert: false });
  return quoteCommand([...repeatCommand({ known: answers, names, version, runner }), '--yes']);
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
  /** What ended the steps before their end. */
  signal: string | undefined;
}

/** Says to a person what is next. */
export function sayOutcome(outcome: Outcome, { ui, version, idle, signal }: Telling): void {
  const { plan, results, advice } = outcome;
  if (signal !== undefined) {
    ui.warn(`Stopped by ${signal}. The project is kept; what is left is listed here.`);
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
