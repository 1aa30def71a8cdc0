import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Typed } from './arguments.js';
import type { Gathered } from '../options/complete.js';
import type { Running } from '../command/command.js';
import { npmDryRun } from '../command/npm-call.js';
import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { firstOf } from '../core/first-of.js';
import type { Templates } from '../core/template-types.js';
import { refuseSharedCa } from '../ca/ca-permissions.js';
import { apply } from '../disk/apply.js';
import { compare } from '../disk/compare.js';
import { sizeOf, type Changes } from '../disk/stage.js';
import { checkPemFiles } from '../pair/pem.js';
import { loadTemplates } from '../project/templates.js';
import { withTerminal, type Watch } from '../io/signals.js';
import { trustAfter } from '../steps/trust-result.js';
import { runSteps } from '../steps/run.js';
import { stepKinds } from './step-kinds.js';
import { isProject } from '../io/record.js';
import { silentUi, textUi, type Ui } from '../io/ui.js';
import type { Plan } from './plan/plan.js';
import { templatesFor } from '../project/plan/project.js';
import { hasDevelopmentCertificate } from '../project/plan/start.js';
import { stepsError } from '../steps/plan/error.js';
import { description, planText } from './plan/summary.js';
import { findPlace } from '../project/find-place.js';
import { askAboutConflicts } from './conflicts.js';
import { gather, whyNoQuestions, type Answered } from './gather-answers.js';
import { makePlan } from './make-plan.js';
import { overlayFor, withVersion, type Laid } from './overlay.js';
import { recordedAnswers } from '../project/recorded.js';
import { startProject } from './start.js';
import { printReport, printOutcome } from './outcome.js';
import { unrun, type StepResult } from '../steps/plan/step.js';

/** How many names a warning lists. */
const namesShown = 10;

interface Session {
  typed: Typed;
  gathered: Answered;
  laid: Laid | undefined;
  version: string;
  program: string[];
  ui: Ui;
  watch: Watch;
}

function fileWarnings({ answers }: Gathered): string[] {
  return answers.certSource === 'files' ? checkPemFiles(answers) : [];
}

async function planOf(session: Session): Promise<Plan> {
  const { typed, gathered, version, program } = session;
  const answers = withVersion(gathered.answers, session.laid);
  if (hasDevelopmentCertificate(gathered.answers)) {
    // Before anything is written, not when a step needs the CA.
    refuseSharedCa();
  }
  const own = typed.controls.dryRun !== true && npmDryRun(process.env);
  const told = own ? ['npm has --dry-run set, so this is a dry run, too.'] : [];
  const about = session.laid?.warnings ?? [];
  const warnings = [...gathered.warnings, ...fileWarnings(gathered), ...about, ...told];
  const verify = typed.controls.verify === true;
  const templates = loadTemplates();
  const place = await findPlace(gathered.answers);
  const project = { answers, overlay: session.laid?.overlay, place };
  const plan = makePlan({ ...project, warnings, verify, version, program, templates });
  return { ...plan, warnings: [...plan.warnings, ...leftoverWarnings(plan, templates)] };
}

/** @returns a warning about existing files that only earlier answers needed */
function leftoverWarnings({ directory, files }: Plan, templates: Templates): string[] {
  const earlier = recordedAnswers(directory);
  const wanted = files.map(({ path }) => path);
  const old = earlier === undefined ? [] : templatesFor(earlier, templates);
  const left = old
    .map(({ place }) => place)
    .filter((path) => !wanted.includes(path) && existsSync(join(directory, path)));
  const names = firstOf(left.toSorted(), namesShown).join(', ');
  return left.length === 0
    ? []
    : [`Only earlier answers needed these files. Delete them if you do not: ${names}.`];
}

/** @returns the files to write; conflicts are an error unless they may be replaced */
function filesToWrite(plan: Plan, overwrite: boolean, program: string[]): Changes {
  const { absent, different, blocked } = compare(plan.directory, plan.files);
  const conflicts = overwrite ? blocked : [...blocked, ...different.map(({ path }) => path)];
  if (conflicts.length > 0) {
    const fix =
      blocked.length > 0 ? 'Move them away' : 'Pass --overwrite to replace only these files';
    // Only an update keeps what the owner has changed.
    const update = isProject(plan.directory)
      ? `To change this project, run in its folder: ${quoteCommand([...program, 'update'])}. `
      : '';
    throw new UserError(
      `${plan.directory} already has files with these names.`,
      `${update}${fix}, or choose another directory. Nothing was written.`,
      { code: 'conflict', stage: 'apply', details: conflicts.toSorted() },
    );
  }
  return { absent, different };
}

interface Settled {
  session: Session;
  plan: Plan;
  /** Whether existing files may be replaced. */
  overwrite: boolean;
}

/** At a terminal, asks what to do about existing files; the project may go elsewhere. */
async function settle(plan: Plan, session: Session): Promise<Settled> {
  const { typed, gathered, watch } = session;
  const overwrite = typed.controls.overwrite === true;
  if (overwrite || whyNoQuestions(typed) !== undefined) {
    return { session, plan, overwrite };
  }
  const { different, blocked } = compare(plan.directory, plan.files);
  const paths = different.map(({ path }) => path).toSorted();
  if (blocked.length > 0 || paths.length === 0) {
    return { session, plan, overwrite };
  }
  const { directory } = gathered.answers;
  const settlement = await withTerminal(() => askAboutConflicts(paths, directory, watch.cancel));
  if ('replace' in settlement) {
    return { session, plan, overwrite: settlement.replace };
  }
  const answers = { ...gathered.answers, ...settlement };
  const moved = { ...session, gathered: { ...gathered, answers } };
  return { session: moved, plan: await planOf(moved), overwrite };
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
async function writeFiles(plan: Plan, changes: Changes, session: Session): Promise<Plan> {
  const left = await apply(plan.directory, changes, session.watch.cancel);
  const warnings = left.map((folder) => `${folder} is in use. Remove it later.`);
  const written = sizeOf(changes);
  if (written === 0) {
    return plan;
  }
  const what = description(plan.answers);
  const count = written === 1 ? '1 file' : `${written} files`;
  const replaced = changes.different.map(({ path }) => path).toSorted();
  const old = replaced.length === 0 ? '' : `, replacing ${replaced.join(', ')}`;
  session.ui.done(`Wrote ${count} in ${plan.answers.directory} (${what})${old}`);
  warnings.forEach((warning) => session.ui.warn(warning));
  return { ...plan, warnings: [...plan.warnings, ...warnings] };
}

/** Files, then steps: the question about existing files is the last one. */
async function carryOut(first: Plan, begun: Session): Promise<number> {
  const { session, plan: planned, overwrite } = await settle(first, begun);
  const { ui, typed, watch, program } = session;
  const changes = filesToWrite(planned, overwrite, program);
  const plan = await writeFiles(planned, changes, session);
  const results = await runPlannedSteps(plan, session);
  const error = stepsError(results, { signal: watch.signal(), kept: 'The project is kept.' });
  const trust = await trustAfter({ directory: plan.directory, results });
  const starts = error === undefined && session.gathered.start;
  const outcome = { plan, results, error, trust, program, starts };
  if (typed.controls.json === true) {
    printReport(outcome);
  } else {
    printOutcome(outcome, { ui, idle: sizeOf(changes) === 0 });
  }
  if (starts) {
    await startProject(plan, { ui, cancel: watch.cancel });
  }
  return error?.exitCode ?? 0;
}

function showPlan(plan: Plan, { typed, ui, program }: Session): number {
  filesToWrite(plan, typed.controls.overwrite === true, program);
  if (typed.controls.json === true) {
    const results = plan.steps.map((step) => unrun(step, 'planned'));
    printReport({ plan, results, error: undefined, trust: undefined, program, starts: false });
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
export async function create(typed: Typed, { version, program, watch }: Running): Promise<number> {
  const ui = typed.controls.json === true ? silentUi() : textUi();
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  const gathered = await gather(typed, program, watch.cancel);
  const laid = await overlayFor(gathered.answers, { ui, cancel: watch.cancel });
  const session: Session = { typed, gathered, laid, version, program, ui, watch };
  const plan = await planOf(session);
  plan.warnings.forEach((warning) => ui.warn(warning));
  return dryRun ? showPlan(plan, session) : carryOut(plan, session);
}
