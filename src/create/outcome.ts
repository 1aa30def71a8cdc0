import { quoteCommand } from '../core/quote.js';
import { caPath } from '../ca/ca-root.js';
import { recipes } from '../core/other-devices.js';
import type { UserError } from '../core/errors.js';
import { sha256 } from '../io/hash.js';
import type { Trust } from '../trust/check.js';
import { printJson, type Ui } from '../io/ui.js';
import type { Plan } from './plan/plan.js';
import { report } from './plan/report.js';
import { closingText, remainingCommands } from './plan/summary.js';
import { trustLine } from '../trust/table/text.js';
import { openTrust } from '../steps/trust-result.js';
import type { StepResult } from '../steps/plan/step.js';

/** The result of a plan. */
export interface Outcome {
  plan: Plan;
  results: StepResult[];
  error: UserError | undefined;
  /** Which clients trust the certificate, if there is one. */
  trust: Trust | undefined;
  /** The words that start this program. */
  program: string[];
  /** Whether the project is started next. */
  starts: boolean;
}

/** The commands of the trust table replace those of an unfinished trust step. */
function leftOf(outcome: Outcome): string[] {
  const { plan, trust } = outcome;
  const results = outcome.results.filter(({ group }) => trust === undefined || group !== 'trust');
  const commands = openTrust(outcome).map((command) => quoteCommand(command));
  return remainingCommands({ plan, results, trust: commands });
}

/** Prints the document of `--json`. */
export function printReport(outcome: Outcome): void {
  const { plan, results, error } = outcome;
  const trust = outcome.trust?.rows ?? [];
  printJson(report({ plan, error, steps: results, trust, next: leftOf(outcome), sha256 }));
}

/** The user's own certificate and a reverse proxy have other names. */
function recipeOf({ answers }: Plan): string[] {
  const { certSource, hosts = [], port } = answers;
  return certSource === 'mkcert' ? recipes({ hosts, port, caPath: caPath() }) : [];
}

/** No step had to run, and none but trust is left for the user. */
function isDone(results: Outcome['results']): boolean {
  return results.every(
    ({ status, left }) => status === 'already' || (status === 'skipped' && left.length === 0),
  );
}

interface Telling {
  ui: Ui;
  /** No file had to be written. */
  idle: boolean;
}

/** Prints what to do next. */
export function printOutcome(outcome: Outcome, { ui, idle }: Telling): void {
  const { plan, results, error, trust, program, starts } = outcome;
  if (error?.code === 'cancelled') {
    ui.warn(`${error.message} ${error.fix}`);
  }
  const line = trustLine(trust?.rows ?? []);
  if (idle && isDone(results)) {
    const left = openTrust(outcome).map((command) => `\n  ${quoteCommand(command)}`);
    ui.print(
      left.length === 0 ? 'Nothing to do.' : `${line ?? ''}${left.join('')}\nNothing else to do.`,
    );
    return;
  }
  if (line !== undefined) {
    ui.print(line);
  }
  const doctor = quoteCommand([...program, 'doctor']);
  ui.print(closingText(plan, leftOf(outcome), { recipe: recipeOf(plan), doctor, starts }));
}
