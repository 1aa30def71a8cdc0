import { quoteCommand } from '../core/quote.js';
import { printJson, type Ui } from '../io/ui.js';
import type { Setting } from './env-settings.js';
import type { Conflict, Kept } from './merge.js';
import type { Note } from './migrations.js';
import type { UpdatePlan } from './plan.js';

/** What became of the project. */
export type UpdateState =
  'current' | 'available' | 'planned' | 'updated' | 'conflicts' | 'completed';

/** What an update is about. */
export interface Outcome {
  state: UpdateState;
  directory: string;
  /** The version in the record, and this one. */
  from: string;
  to: string;
  /** Absent if there is nothing to do. */
  plan?: UpdatePlan;
  notes?: Note[];
  /** Commands that are left. */
  next?: string[][];
  /** The URL of the page, if it is served in another way now. */
  page?: string | undefined;
}

/** Takes everything back, in the project's folder; it needs git 2.23. */
export const undoCommand = ['git', 'restore', '--source=HEAD', '--staged', '--worktree', '--', '.'];

/** @returns the commands that take an update back: git restores no conflict in a path that is new */
function undoCommands({ unborn }: Pick<UpdatePlan, 'unborn'>): string[] {
  const remove = ['git', 'rm', '--quiet', '--force', '--ignore-unmatch', '--', ...unborn];
  return [...(unborn.length > 0 ? [remove] : []), undoCommand].map((words) => quoteCommand(words));
}

/** The document of `update --json`, with `error` in its place if the run failed. */
export interface UpdateReport {
  schemaVersion: 1;
  ok: boolean;
  command: 'update';
  state: UpdateState;
  directory: string;
  from: string;
  to: string;
  files: Pick<UpdatePlan, 'moved' | 'added' | 'changed' | 'removed'>;
  conflicts: Conflict[];
  kept: Kept[];
  settings: Setting[];
  unused: string[];
  notes: Note[];
  /** Commands that take it back. */
  undo: string[];
  next: string[];
}

const nothing = {
  moved: [],
  added: [],
  changed: [],
  removed: [],
  conflicts: [],
  kept: [],
  settings: [],
  unused: [],
  unborn: [],
};

/** @returns the document of `update --json` */
function updateReport(outcome: Outcome): UpdateReport {
  const { state, directory, from, to, plan, notes = [], next = [] } = outcome;
  const { moved, added, changed, removed, conflicts, kept, settings, unused } = plan ?? nothing;
  return {
    schemaVersion: 1,
    ok: state !== 'conflicts',
    command: 'update',
    state,
    directory,
    from,
    to,
    files: { moved, added, changed, removed },
    conflicts,
    kept,
    settings,
    unused,
    notes,
    undo: undoCommands(plan ?? nothing),
    next: next.map((command) => quoteCommand(command)),
  };
}

/** What happened to a file that is not as in the new version. */
const reasons: Record<Kept['why'], string> = {
  deleted: 'stays deleted: you deleted it, the new version changed it',
  dropped: 'stays: you changed it, the new version dropped it',
  used: 'stays: the new version dropped it, and this file imports it: ',
  link: 'left out: you have a link or a file in place of its folder',
  value: 'keeps your value',
};

const kinds: Record<Conflict['kind'], string> = {
  lines: 'both sides changed the same lines',
  json: 'both sides changed the same keys; yours are kept',
  whole: 'both sides changed it; yours is kept',
};

function valueText(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function conflictLines({ path, kind, keys }: Conflict): string[] {
  return [
    `  ${path}: ${kinds[kind]}`,
    ...keys.map(
      (key) =>
        `    ${key.path.join('.')}: yours ${valueText(key.ours)}, new ${valueText(key.theirs)}`,
    ),
  ];
}

function keptLine({ path, why, by = '', value }: Kept): string {
  return value === undefined
    ? `  ${path}: ${reasons[why]}${by}`
    : `  ${path}: ${value.path.join('.')} ${value.reason}`;
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`\n${title}`, ...lines];
}

/** @returns what an update takes away, in lines; empty if nothing */
export function lossLines({ removed }: UpdatePlan): string[] {
  return removed.length === 0 ? [] : ['Removes', ...removed.map((path) => `  ${path}`)];
}

function listLines({ moved, added, changed, removed }: UpdatePlan): string[] {
  return [
    ...section('Moves', indented(moved.map(([from, to]) => `${from} -> ${to}`))),
    ...section('Adds', indented(added)),
    ...section('Changes', indented(changed)),
    ...section('Removes', indented(removed)),
  ];
}

function indented(names: string[]): string[] {
  return names.map((name) => `  ${name}`);
}

function settingLines(settings: Setting[], needed: boolean): string[] {
  return settings
    .filter((setting) => setting.needed === needed)
    .map(({ name, value }) => `  ${name}=${value}`);
}

function restLines({ plan, notes = [], next = [], page }: Outcome): string[] {
  const { added, conflicts, kept, settings, unused } = plan ?? nothing;
  const commands = next.map((command) => quoteCommand(command));
  const pages = added.filter((path) => path.endsWith('.md'));
  return [
    ...section('Conflicts: resolve them, then commit', conflicts.flatMap(conflictLines)),
    ...section('Differs from the new version', kept.map(keptLine)),
    ...section('Set in .env, which update never changes', settingLines(settings, true)),
    ...section('Also possible in .env; these are the defaults', settingLines(settings, false)),
    ...section('Settings in .env that are no longer used', indented(unused)),
    ...section(
      'To change by hand',
      notes.map(({ path, advice }) => `  ${path}: ${advice}`),
    ),
    ...section('To read', indented(pages)),
    ...section('Next', indented(commands)),
    ...(page === undefined ? [] : [`Then open ${page}`]),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? 'file' : 'files'} ${what}`;
}

function summary({ from, to, plan }: Outcome): string {
  const { moved, added, changed, removed } = plan ?? nothing;
  const counts = [
    ...(changed.length > 0 ? [counted(changed.length, 'changed')] : []),
    ...(moved.length > 0 ? [counted(moved.length, 'moved')] : []),
    ...(added.length > 0 ? [counted(added.length, 'added')] : []),
    ...(removed.length > 0 ? [counted(removed.length, 'removed')] : []),
  ];
  const versions = from === to ? `Updated (${to})` : `Updated from ${from} to ${to}`;
  return counts.length === 0 ? versions : `${versions}: ${counts.join(', ')}`;
}

function undoText({ plan }: Outcome): string {
  const commands = indented(undoCommands(plan ?? nothing));
  return ['\nTo take the update back (and what you change until then)', ...commands].join('\n');
}

/** Prints how an update ended, or what it would do. */
export function tell(outcome: Outcome, { json, ui }: { json: boolean; ui: Ui }): void {
  const { state, from, to, plan } = outcome;
  if (json) {
    printJson(updateReport(outcome));
  } else if (state === 'current') {
    ui.print('Nothing to do.');
  } else if (state === 'available') {
    ui.print(`An update is available: ${from === to ? 'other answers' : `${from} to ${to}`}.`);
  } else if (state === 'completed') {
    ui.done('Completed the update that was interrupted. See git status.');
  } else if (state === 'planned') {
    const lines = plan === undefined ? [] : [...listLines(plan), ...restLines(outcome)];
    ui.print(`${lines.join('\n')}\n\nNothing was written: this was a dry run.`.trimStart());
  } else {
    ui.done(summary(outcome));
    const commit =
      state === 'updated' ? ['\nThe changes are staged: look at them, then git commit.'] : [];
    const restart =
      plan?.installs === true ? ['\nIf the service runs in development, restart it.'] : [];
    const lines = [...restLines(outcome), ...restart, ...commit, undoText(outcome)];
    ui.print(lines.join('\n'));
  }
}
