import { basename, resolve } from 'node:path';
import type { Typed } from '../answers/argv.js';
import { npmDryRun } from '../answers/npm-flags.js';
import { chosenNames, repeatCommand } from '../answers/repeat.js';
import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { apply } from '../effects/apply.js';
import { compare } from '../effects/compare.js';
import { loadTemplates, pemPaths } from '../effects/inputs.js';
import { runningPackageManager } from '../effects/probes.js';
import { exitCodeOf, watchSignals, type Watch } from '../effects/signals.js';
import type { StepResult } from '../effects/steps.js';
import type { TrustAdvice } from '../effects/trust-advice.js';
import { printJson, silentUi, speakingUi, type Ui } from '../effects/ui.js';
import { planProject, type Plan } from '../plan/plan.js';
import { projectName } from '../plan/project-name.js';
import type { PlannedFile } from '../plan/project.js';
import { plannedSteps, report } from '../plan/report.js';
import { closingText, description, planText, remainingCommands } from '../plan/summary.js';
import { gather, type Gathered } from './gather.js';

interface Session {
  typed: Typed;
  version: string;
  ui: Ui;
  dryRun: boolean;
}

async function fileWarnings({ answers }: Gathered): Promise<string[]> {
  if (answers.certSource !== 'files') {
    return [];
  }
  const { checkPemFiles } = await import('../effects/pem.js');
  return checkPemFiles(answers);
}

async function makePlan(gathered: Gathered, version: string): Promise<Plan> {
  const { answers, warnings } = gathered;
  const directory = resolve(answers.directory);
  const paths = pemPaths(directory, answers);
  const name = projectName(basename(directory));
  return planProject({
    project: { name, answers, version, templates: loadTemplates(), paths },
    directory,
    warnings: [...warnings, ...(await fileWarnings(gathered))],
  });
}

/** @returns the files that are to be written; conflicts are an error unless they may be replaced */
function filesToWrite(plan: Plan, overwrite: boolean): PlannedFile[] {
  const { absent, different, blocked } = compare(plan.directory, plan.files);
  const conflicts = overwrite ? blocked : [...blocked, ...different.map(({ path }) => path)];
  if (conflicts.length > 0) {
    const fix =
      blocked.length > 0 ? 'Move them away' : 'Pass --overwrite to replace these files alone';
    throw new UserError(
      `${plan.directory} holds other things where files of the project go.`,
      `${fix}, or choose another directory. Nothing was written.`,
      { code: 'conflict', stage: 'apply', details: conflicts.toSorted() },
    );
  }
  return [...absent, ...different];
}

async function runPlannedSteps(plan: Plan, session: Session, watch: Watch): Promise<StepResult[]> {
  if (plan.steps.length === 0) {
    return [];
  }
  const { runSteps } = await import('../effects/steps.js');
  return runSteps(plan.steps, {
    directory: plan.directory,
    answers: plan.answers,
    ui: session.ui,
    verbose: session.typed.controls.verbose === true,
    json: session.typed.controls.json === true,
    cancel: watch.cancel,
  });
}

function showStep({ title, status, advice = '' }: StepResult, ui: Ui): void {
  if (status === 'done') {
    ui.done(title);
  } else if (status === 'failed') {
    ui.warn(`${title} failed.\n${advice.replaceAll(/^/gm, '  ')}`);
  } else if (status === 'skipped' && advice !== '') {
    ui.warn(`${title} was left out. ${advice}`);
  }
}

function hasCertificate(results: StepResult[]): boolean {
  return results.some(
    ({ group, status }) => group === 'certificate' && (status === 'done' || status === 'already'),
  );
}

async function adviceOnTrust(plan: Plan, results: StepResult[]): Promise<TrustAdvice | undefined> {
  if (!hasCertificate(results)) {
    return undefined;
  }
  const { trustAdvice } = await import('../effects/trust-advice.js');
  return trustAdvice(plan.answers);
}

interface Outcome {
  plan: Plan;
  results: ReturnType<typeof plannedSteps>;
  advice: TrustAdvice | undefined;
}

function leftOf({ plan, results, advice }: Outcome): string[] {
  return remainingCommands({ plan, results, trust: advice?.commands ?? [] });
}

async function printReport(outcome: Outcome): Promise<void> {
  const { plan, results, advice } = outcome;
  const { createHash } = await import('node:crypto');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const warnings = [...plan.warnings, ...(advice === undefined ? [] : [advice.message])];
  printJson(report({ plan, steps: results, next: leftOf(outcome), warnings, sha256 }));
}

function repeatLine({ answers }: Plan, version: string): string {
  const runner = runningPackageManager();
  const names = chosenNames(answers, { packageManager: 'npm', mkcert: false });
  return quoteCommand([...repeatCommand({ known: answers, names, version, runner }), '--yes']);
}

function isIdle(written: PlannedFile[], results: StepResult[]): boolean {
  return written.length === 0 && results.every(({ status }) => status === 'already');
}

/** Files, then steps: from here on nothing is asked any more. */
async function carryOut(plan: Plan, session: Session, watch: Watch): Promise<number> {
  const { ui, typed } = session;
  const written = filesToWrite(plan, typed.controls.overwrite === true);
  if (written.length > 0) {
    await apply(plan.directory, written);
    ui.done(`Rendered ${written.length} files in ${plan.directory} (${description(plan.answers)})`);
  }
  const results = await runPlannedSteps(plan, session, watch);
  results.forEach((result) => showStep(result, ui));
  const outcome = { plan, results, advice: await adviceOnTrust(plan, results) };
  if (typed.controls.json === true) {
    await printReport(outcome);
  } else if (isIdle(written, results)) {
    ui.print('Nothing to do.');
  } else {
    [outcome.advice?.message ?? []].flat().forEach((line) => ui.warn(line));
    ui.print(closingText(plan, leftOf(outcome), repeatLine(plan, session.version)));
  }
  const signal = watch.signal();
  if (signal !== undefined) {
    return exitCodeOf(signal);
  }
  return results.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function showPlan(plan: Plan, { typed, ui }: Session): Promise<number> {
  filesToWrite(plan, typed.controls.overwrite === true);
  if (typed.controls.json === true) {
    await printReport({ plan, results: plannedSteps(plan), advice: undefined });
  } else {
    ui.print(planText(plan));
  }
  return 0;
}

/**
 * Renders a project: gathers answers, makes the plan, applies it, runs its steps, says what is next.
 * @returns the exit code
 * @throws UserError, Cancelled; nothing was written then
 */
export async function create(typed: Typed, version: string): Promise<number> {
  const ui = typed.controls.json === true ? silentUi() : speakingUi();
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  const session: Session = { typed, version, ui, dryRun };
  const plan = await makePlan(await gather(typed, version), version);
  plan.warnings.forEach((warning) => ui.warn(warning));
  if (dryRun) {
    return showPlan(plan, session);
  }
  const watch = watchSignals();
  try {
    return await carryOut(plan, session, watch);
  } finally {
    watch.stop();
  }
}
