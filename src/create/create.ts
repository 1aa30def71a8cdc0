import type { Typed } from './arguments.js';
import type { Gathered } from '../options/complete.js';
import type { Running } from '../command/command.js';
import { npmDryRun } from '../command/npm-call.js';
import { UserError } from '../core/errors.js';
import { refuseSharedCa } from '../ca/ca-permissions.js';
import { apply } from './disk/apply.js';
import { compare } from './disk/compare.js';
import { checkPemFiles } from '../pair/pem.js';
import { loadTemplates } from './inputs.js';
import { withTerminal, type Watch } from '../io/signals.js';
import { trustAfter } from '../steps/trust-result.js';
import { runSteps } from '../steps/run.js';
import { stepKinds } from './step-kinds.js';
import { silentUi, textUi, type Ui } from '../io/ui.js';
import type { Plan } from './plan/plan.js';
import { type PlannedFile } from './plan/project.js';
import { stepsError } from '../steps/plan/error.js';
import { description, planText } from './plan/summary.js';
import { mayReplace } from './overwrite.js';
import { gather, whyNoQuestions } from './gather-answers.js';
import { makePlan } from './make-plan.js';
import { printReport, printOutcome } from './outcome.js';
import { unrun, type StepResult } from '../steps/plan/step.js';
import { recordPath } from '../core/paths.js';

interface Session {
  typed: Typed;
  version: string;
  ui: Ui;
  watch: Watch;
}

function fileWarnings({ answers }: Gathered): string[] {
  return answers.certSource === 'files' ? checkPemFiles(answers) : [];
}

/** Before anything is written, not when a step needs the CA. */
function needsCa({ certSource }: Gathered['answers']): boolean {
  return certSource === 'mkcert' || certSource === 'proxy';
}

async function planOf({ typed, version, watch }: Session): Promise<Plan> {
  const gathered = await gather(typed, version, watch.cancel);
  if (needsCa(gathered.answers)) {
    refuseSharedCa();
  }
  const own = typed.controls.dryRun !== true && npmDryRun(process.env);
  const told = own ? ['npm has --dry-run set, so this is a dry run, too.'] : [];
  const warnings = [...gathered.warnings, ...fileWarnings(gathered), ...told];
  const verify = typed.controls.verify === true;
  return makePlan({ ...gathered, warnings, verify, version, templates: loadTemplates() });
}

interface Writing {
  files: PlannedFile[];
  /** Paths of existing files with other contents. */
  replaced: string[];
}

/** @returns the files to write; conflicts are an error unless they may be replaced */
function filesToWrite(plan: Plan, overwrite: boolean): Writing {
  const { absent, different, blocked } = compare(plan.directory, plan.files);
  const conflicts = overwrite ? blocked : [...blocked, ...different.map(({ path }) => path)];
  if (conflicts.length > 0) {
    const fix =
      blocked.length > 0 ? 'Move them away' : 'Pass --overwrite to replace only these files';
    throw new UserError(
      `${plan.directory} already has files with these names.`,
      `${fix}, or choose another directory. Nothing was written.`,
      { code: 'conflict', stage: 'apply', details: conflicts.toSorted() },
    );
  }
  const replaced = different.map(({ path }) => path).toSorted();
  return { files: [...absent, ...different], replaced };
}

/** @returns whether existing files may be replaced: asks at a terminal */
async function isOverwriting(plan: Plan, { typed, watch }: Session): Promise<boolean> {
  if (typed.controls.overwrite === true || whyNoQuestions(typed) !== undefined) {
    return typed.controls.overwrite === true;
  }
  const { different, blocked } = compare(plan.directory, plan.files);
  const paths = different.map(({ path }) => path).toSorted();
  const isOpen = blocked.length === 0 && paths.length > 0;
  return isOpen && withTerminal(() => mayReplace(paths, watch.cancel));
}

function runPlannedSteps(plan: Plan, session: Session): Promise<StepResult[]> {
  return runSteps(plan.steps, stepKinds, {
    directory: plan.directory,
    ui: session.ui,
    verbose: session.typed.controls.verbose === true,
    json: session.typed.controls.json === true,
    cancel: session.watch.cancel,
  });
}

/** @returns the plan with warnings about temporary folders that could not be removed */
async function writeFiles(plan: Plan, writing: Writing, session: Session): Promise<Plan> {
  const { files, replaced } = writing;
  const left = await apply(plan.directory, files, session.watch.cancel);
  const warnings = left.map((folder) => `${folder} is in use. Remove it later.`);
  if (files.length === 0) {
    return plan;
  }
  const what = description(plan.answers);
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  const old = replaced.length === 0 ? '' : `, replacing ${replaced.join(', ')}`;
  session.ui.done(`Wrote ${count} in ${plan.answers.directory} (${what})${old}`);
  if (replaced.includes(recordPath)) {
    session.ui.warn(
      'The project was generated with other answers before. Files that only those needed are still there.',
    );
  }
  warnings.forEach((warning) => session.ui.warn(warning));
  return { ...plan, warnings: [...plan.warnings, ...warnings] };
}

/** Files, then steps: the question about existing files is the last one. */
async function carryOut(planned: Plan, session: Session): Promise<number> {
  const { ui, typed, watch, version } = session;
  const writing = filesToWrite(planned, await isOverwriting(planned, session));
  const plan = await writeFiles(planned, writing, session);
  const results = await runPlannedSteps(plan, session);
  const error = stepsError(results, { signal: watch.signal(), kept: 'The project is kept.' });
  const trust = await trustAfter({ directory: plan.directory, results });
  const outcome = { plan, results, error, trust, version };
  if (typed.controls.json === true) {
    printReport(outcome);
  } else {
    printOutcome(outcome, { ui, idle: writing.files.length === 0 });
  }
  return error?.exitCode ?? 0;
}

function showPlan(plan: Plan, { typed, ui, version }: Session): number {
  filesToWrite(plan, typed.controls.overwrite === true);
  if (typed.controls.json === true) {
    const results = plan.steps.map((step) => unrun(step, 'planned'));
    printReport({ plan, results, error: undefined, trust: undefined, version });
  } else {
    ui.print(planText(plan));
  }
  return 0;
}

/**
 * Creates a project: gathers answers, makes the plan, applies it, runs its steps, prints what is next.
 * @returns the exit code
 * @throws UserError, Cancelled; nothing was written then
 */
export async function create(typed: Typed, { version, watch }: Running): Promise<number> {
  const ui = typed.controls.json === true ? silentUi() : textUi();
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  const session: Session = { typed, version, ui, watch };
  const plan = await planOf(session);
  plan.warnings.forEach((warning) => ui.warn(warning));
  return dryRun ? showPlan(plan, session) : carryOut(plan, session);
}
