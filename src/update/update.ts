import { realpathSync } from 'node:fs';
import type { Running } from '../command/command.js';
import { npmDryRun } from '../command/npm-call.js';
import { recordPath } from '../core/paths.js';
import { lockfileFolder, type Place } from '../core/place.js';
import { whyNoPrompts } from '../io/environment.js';
import { withTerminal } from '../io/signals.js';
import { silentUi, textUi, type Ui } from '../io/ui.js';
import type { Answers } from '../options/answers.js';
import { packageManagers } from '../options/package-managers.js';
import { findPlace } from '../project/find-place.js';
import { loadTemplates } from '../project/templates.js';
import { installSteps, plainInstall } from '../project/plan/install.js';
import { install } from '../steps/install.js';
import { stepsError } from '../steps/plan/error.js';
import { runSteps } from '../steps/run.js';
import { newAnswers } from './answers.js';
import type { TypedUpdate } from './arguments.js';
import { askExtras, confirm } from './ask.js';
import { diffOf } from './diff.js';
import { tryGit } from './git.js';
import { readJournal, type Journal } from './journal.js';
import { merge } from './merge.js';
import { notesFor } from './notes.js';
import type { Overlays } from './overlays.js';
import { awaitIndex } from './owner-index.js';
import { complete, giveObjects, place, refuseOccupied } from './place.js';
import { planUpdate, type UpdatePlan } from './plan.js';
import { readRecorded, type Recorded } from './record.js';
import { lossLines, tell, type Outcome } from './report.js';
import { openRepository, refusal, refuseUnclean, type Repository } from './repository.js';
import { makeScratch, removeScratch, type Scratch } from './scratch.js';
import { servingChange } from './serving.js';
import { renderSides, type Side, type Sides } from './sides.js';

/** A run of `update`. */
interface Session {
  typed: TypedUpdate;
  running: Running;
  ui: Ui;
  json: boolean;
  dryRun: boolean;
  /** Whether a person can be asked. */
  asks: boolean;
  /** Absolute path of the project. */
  project: string;
  recorded: Recorded;
}

/** What the project is to become. */
interface Target {
  answers: Answers;
  place: Place;
  sides: Sides;
}

function outcomeOf({ recorded, running, project }: Session, state: Outcome['state']): Outcome {
  return { state, directory: project, from: recorded.version, to: running.version };
}

/** Most projects have no overlay, and load nothing for one. */
async function overlaysOf({ typed, running, ui, project, recorded }: Session): Promise<Overlays> {
  const old: unknown = Object(recorded.answers).overlay;
  const { overlay } = typed.answers;
  if (old === undefined && (overlay === undefined || overlay === '')) {
    return { base: undefined, theirs: undefined, recorded: undefined, warnings: [] };
  }
  const { readOverlays } = await import('./overlays.js');
  const { cancel } = running.watch;
  ui.doing('Reading the overlay');
  try {
    return await readOverlays({ old, typed: overlay, project, templates: loadTemplates(), cancel });
  } finally {
    ui.clear();
  }
}

async function targetOf(session: Session): Promise<Target> {
  const { typed, running, asks, project, recorded } = session;
  const current = newAnswers(recorded.answers, typed.answers);
  const isAsked = asks && Object.keys(typed.answers).length === 0;
  const { cancel } = running.watch;
  const chosen = isAsked ? await withTerminal(() => askExtras(current, cancel)) : {};
  const wanted = newAnswers(recorded.answers, { ...typed.answers, ...chosen });
  const overlays = await overlaysOf(session);
  overlays.warnings.forEach((warning) => session.ui.warn(warning));
  const answers = { ...wanted, overlay: overlays.recorded ?? '' };
  const found = await findPlace(answers);
  const { version } = running;
  const { from } = typed.controls;
  const common = { recorded, answers, overlays, place: found, version, from, project };
  return { answers, place: found, sides: await renderSides(common) };
}

function answersIn(side: Side): string {
  return JSON.stringify(Object(JSON.parse(side.get(recordPath)?.contents ?? '{}')).answers);
}

/** A new version alone, with the same files, is no reason for a change. */
function isCurrent({ base, theirs }: Sides): boolean {
  const paths = [...new Set([...base.keys(), ...theirs.keys()])];
  return (
    answersIn(base) === answersIn(theirs) &&
    paths
      .filter((path) => path !== recordPath)
      .every((path) => {
        const [old, fresh] = [base.get(path), theirs.get(path)];
        return old?.contents === fresh?.contents && old?.mode === fresh?.mode;
      })
  );
}

/** Completes an update that was killed. @returns the exit code */
async function resume(session: Session, repository: Repository, journal: Journal): Promise<number> {
  const hasConflicts = await complete(repository, journal);
  tell(outcomeOf(session, 'completed'), session);
  return hasConflicts ? 1 : 0;
}

interface Work {
  session: Session;
  target: Target;
  repository: Repository;
  scratch: Scratch;
}

/** At a terminal, a loss needs a yes. */
async function mayLose(plan: UpdatePlan, { ui, asks, running }: Session): Promise<boolean> {
  const lines = lossLines(plan);
  if (lines.length === 0) {
    return true;
  }
  ui.print(lines.join('\n'));
  const { cancel } = running.watch;
  return !asks || withTerminal(() => confirm('Remove these files?', true, cancel));
}

/** Installs changed dependencies if wanted. @returns the commands that are left, and the exit code */
async function finish(plan: UpdatePlan, { session, target }: Work) {
  const { typed, running, ui, json, asks, project } = session;
  const placed = { ...target.answers, place: target.place };
  const isOpen = plan.conflicts.some(({ path }) => path === 'package.json');
  if (!plan.installs) {
    return { next: [], code: 0 };
  }
  const { cancel } = running.watch;
  const wanted =
    typed.controls.install ??
    (asks && !isOpen && (await withTerminal(() => confirm('Install the packages?', true, cancel))));
  if (!wanted || isOpen) {
    return { next: [plainInstall(placed)], code: 0 };
  }
  const root = lockfileFolder(target.place, project);
  const results = await runSteps(
    installSteps({ placed, root, env: process.env }),
    { install },
    { directory: project, ui, verbose: typed.controls.verbose === true, json, cancel },
  );
  const kept = 'The update is kept.';
  const error = stepsError(results, { signal: running.watch.signal(), kept });
  if (error !== undefined) {
    ui.warn(`${error.message} ${error.fix}`);
  }
  const left = error === undefined ? [] : [plainInstall(placed)];
  if (error === undefined) {
    // A lockfile that git ignores stays out.
    tryGit({ cwd: root }, ['add', '--', packageManagers[placed.packageManager].lockfile]);
  }
  return { next: left, code: error?.exitCode ?? 0 };
}

async function carryOut(work: Work): Promise<number> {
  const { session, target, repository, scratch } = work;
  const { sides } = target;
  const merged = merge(sides, scratch, repository);
  const plan = planUpdate({ merged, sides, scratch, repository });
  refuseOccupied(repository, plan.journal.changes);
  const outcome = { ...outcomeOf(session, 'planned'), plan };
  if (session.dryRun) {
    if (!session.json) {
      session.ui.print(diffOf(merged, scratch));
    }
    tell(outcome, session);
    return 0;
  }
  if (!(await mayLose(plan, session))) {
    session.ui.print('Nothing was written.');
    return 0;
  }
  session.running.watch.cancel.throwIfAborted();
  giveObjects(scratch, repository, plan.oids);
  await place(repository, plan.journal);
  const { recorded, running } = session;
  const serving = servingChange(recorded.answers, target.answers, running.program);
  const notes = [...notesFor(repository, recorded.version), ...serving.notes];
  const { next: installs, code } = await finish(plan, work);
  const next = [...installs, ...serving.commands];
  const state = plan.conflicts.length > 0 ? 'conflicts' : 'updated';
  tell({ ...outcome, state, notes, next, page: serving.page }, session);
  return state === 'conflicts' ? 1 : code;
}

async function bring(session: Session): Promise<number> {
  const { typed, project } = session;
  if (typed.controls.check === true) {
    const isDone = isCurrent((await targetOf(session)).sides);
    tell(outcomeOf(session, isDone ? 'current' : 'available'), session);
    return isDone ? 0 : 1;
  }
  const repository = openRepository(project);
  const journal = readJournal(repository);
  if (journal !== undefined && session.dryRun) {
    throw refusal('An update was interrupted.', 'Run update without --dry-run to complete it.');
  }
  if (journal !== undefined) {
    return resume(session, repository, journal);
  }
  refuseUnclean(repository);
  if (!session.dryRun) {
    await awaitIndex(repository);
  }
  const target = await targetOf(session);
  if (isCurrent(target.sides)) {
    tell(outcomeOf(session, 'current'), session);
    return 0;
  }
  const scratch = makeScratch(repository);
  try {
    return await carryOut({ session, target, repository, scratch });
  } finally {
    removeScratch(scratch);
  }
}

/**
 * Brings the templates of this version, and other answers, to the project in the current folder.
 * @returns the exit code: 1 if conflicts remain, or if `--check` finds an update
 * @throws UserError for a project that cannot be updated; nothing was written then
 */
export function update(typed: TypedUpdate, running: Running): Promise<number> {
  const { json = false, check = false, yes = false } = typed.controls;
  const project = realpathSync(process.cwd());
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  return bring({
    typed,
    running,
    ui: json ? silentUi() : textUi(),
    json,
    dryRun,
    asks: !json && !check && !yes && !dryRun && whyNoPrompts() === undefined,
    project,
    recorded: readRecorded(project, running.version),
  });
}
