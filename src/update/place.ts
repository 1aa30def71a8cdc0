import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { renameSync, rmdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { firstOf } from '../core/first-of.js';
import { recordPath } from '../core/paths.js';
import { foldersOf } from '../disk/compare.js';
import { undoAll, type Undo } from '../disk/undo.js';
import { whenUnlocked } from '../io/locked-files.js';
import { setMode } from '../io/modes.js';
import { addName, clearLeftOver, makeStaging, tryToRemove } from '../io/staging.js';
import { notWritable } from '../io/system-errors.js';
import { gitBytes } from './git.js';
import { removeJournal, writeJournal, type Change, type Journal } from './journal.js';
import { awaitIndex, updateIndex } from './owner-index.js';
import { refusal, type Repository } from './repository.js';
import { inScratch, indexLines, type Scratch, type TreeEntry } from './scratch.js';
import { makeTemporary, removeTemporary } from './temporary.js';

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // A part of its path is a file.
    return undefined;
  }
}

/** @returns what a file is: its contents, and whether it may be run; null without one */
export function fingerprint(path: string): string | null {
  const stat = statOf(path);
  if (stat === undefined) {
    return null;
  }
  if (stat.isSymbolicLink()) {
    return `link ${readlinkSync(path)}`;
  }
  if (!stat.isFile()) {
    return 'folder';
  }
  // Git has one bit for it.
  const mode = (stat.mode & 0o100) === 0 ? 'file' : 'program';
  return `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** @returns the files in a folder, at any depth, as paths in the project */
function filesBelow(project: string, folder: string): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(project, path) : [path];
  });
}

/**
 * Looks for what is in the way of new files: untracked and ignored files, folders, and links above.
 * @throws UserError with their paths
 */
export function refuseOccupied({ project }: Repository, changes: Change[]): void {
  const removed = new Set(changes.filter(({ entry }) => entry === null).map(({ path }) => path));
  // A file system that ignores case has one file by both names.
  const inodes = new Set([...removed].map((path) => statOf(join(project, path))?.ino));
  const blocked = changes.flatMap(({ path, old, entry }): string[] => {
    if (entry === null) {
      return [];
    }
    const above = foldersOf(path).find((folder) => {
      const stat = statOf(join(project, folder));
      return stat !== undefined && !stat.isDirectory() && !removed.has(folder);
    });
    const stat = statOf(join(project, path));
    if (above !== undefined || stat === undefined) {
      return above === undefined ? [] : [above];
    }
    if (stat.isDirectory()) {
      return filesBelow(project, path).filter((file) => !removed.has(file));
    }
    return old === null && !inodes.has(stat.ino) ? [path] : [];
  });
  if (blocked.length > 0) {
    const fix = 'Move them away, or commit them.';
    const details = firstOf([...new Set(blocked)], 10);
    throw refusal('These files are in the way of new ones.', fix, details);
  }
}

/** Copies objects into the owner's repository: its index will name them. */
export function giveObjects(scratch: Scratch, repository: Repository, oids: string[]): void {
  const input = [...new Set(oids)].map((oid) => `${oid}\n`).join('');
  if (input !== '') {
    const pack = gitBytes(inScratch(scratch, { input }), ['pack-objects', '--quiet', '--stdout']);
    gitBytes({ cwd: repository.top, input: pack }, ['unpack-objects', '-q']);
  }
}

interface Placing {
  repository: Repository;
  /** Where the new files wait, below the path to the project. */
  fresh: string;
  /** Where replaced files wait. */
  kept: string;
  undo: Undo[];
}

/** Writes the new files beside the project, as git checks them out: with its line ends and filters. */
function checkOut({ top, prefix }: Repository, changes: Change[], folder: string): void {
  const scratch = makeTemporary();
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') };
    const entries = changes.flatMap(({ path, entry }): [string, TreeEntry][] =>
      entry === null ? [] : [[prefix + path, entry]],
    );
    const input = indexLines(new Map(entries));
    gitBytes({ cwd: top, env, input }, ['update-index', '-z', '--index-info']);
    gitBytes({ cwd: top, env }, ['checkout-index', '--all', `--prefix=${folder}/`]);
  } finally {
    removeTemporary(scratch);
  }
}

function moveAway(path: string, kept: string, undo: Undo[]): void {
  whenUnlocked(() => renameSync(path, kept));
  undo.push(() => whenUnlocked(() => renameSync(kept, path)));
}

/** A folder that a removal has left empty goes, too. */
function removeEmpty(project: string, path: string, undo: Undo[]): void {
  for (const folder of foldersOf(path)
    .toReversed()
    .map((name) => join(project, name))) {
    if (!existsSync(folder) || readdirSync(folder).length > 0) {
      return;
    }
    rmdirSync(folder);
    undo.push(() => mkdirSync(folder));
  }
}

/** A replaced file keeps its permissions, but for the bit that git knows. */
function keepMode(fresh: string, target: string): void {
  const [stat, old] = [statOf(fresh), statOf(target)];
  if (stat?.isFile() === true && old?.isFile() === true) {
    const runnable = (stat.mode & 0o100) === 0 ? 0 : (old.mode & 0o444) >> 2;
    setMode(fresh, (old.mode & 0o666) | runnable);
  }
}

function putIn(change: Change, name: string, { repository, fresh, kept, undo }: Placing): void {
  const { project, prefix } = repository;
  const target = join(project, change.path);
  const from = join(fresh, prefix, change.path);
  for (const folder of foldersOf(change.path).map((each) => join(project, each))) {
    if (!existsSync(folder)) {
      mkdirSync(folder);
      undo.push(() => rmdirSync(folder));
    }
  }
  if (statOf(target)?.isDirectory() === true) {
    rmdirSync(target);
    undo.push(() => mkdirSync(target));
  }
  keepMode(from, target);
  if (statOf(target)?.isFile() === true) {
    // At no moment is there no file.
    addName(target, join(kept, name));
    undo.push(() => whenUnlocked(() => renameSync(join(kept, name), target)));
    whenUnlocked(() => renameSync(from, target));
    return;
  }
  if (statOf(target) !== undefined) {
    moveAway(target, join(kept, name), undo);
  }
  whenUnlocked(() => renameSync(from, target));
  undo.push(() => whenUnlocked(() => renameSync(target, from)));
}

function isRecord({ path }: Change): boolean {
  return path === recordPath;
}

/** Removals come first: a new name may differ from an old one by case only. The record comes last. */
function inOrder(changes: Change[]): Change[] {
  const removals = changes.filter(({ entry }) => entry === null);
  const others = changes.filter(({ entry }) => entry !== null);
  const files = others.filter((change) => !isRecord(change));
  return [...removals, ...files, ...others.filter(isRecord)];
}

function moveFiles(changes: Change[], placing: Placing): void {
  const { repository, fresh, kept, undo } = placing;
  const { project, prefix } = repository;
  for (const [index, change] of inOrder(changes).entries()) {
    const target = join(project, change.path);
    const now = fingerprint(target);
    const wanted = change.entry === null ? null : fingerprint(join(fresh, prefix, change.path));
    if (now === wanted) {
      continue;
    }
    if (change.entry === null) {
      moveAway(target, join(kept, String(index)), undo);
      removeEmpty(project, change.path, undo);
    } else {
      putIn(change, String(index), placing);
    }
  }
}

/** @throws UserError if a file is neither as it was nor as it will be: its owner has changed it since */
function refuseEdited({ changes }: Journal, { repository, fresh }: Placing): void {
  const { project, prefix } = repository;
  const edited = changes.filter(({ path, old, entry }) => {
    const now = fingerprint(join(project, path));
    const wanted = entry === null ? null : fingerprint(join(fresh, prefix, path));
    return now !== null && now !== old && now !== wanted;
  });
  if (edited.length > 0) {
    throw new UserError(
      'An update was interrupted, and these files have changed since.',
      'Save them elsewhere, run git restore --source=HEAD -- FILE for each, then run again.',
      { code: 'repository', stage: 'apply', details: edited.map(({ path }) => path) },
    );
  }
}

/**
 * Does what the journal says: all of it, or nothing. What is already done is left out, so that a second
 * call completes one that was killed.
 * @throws UserError if a file cannot be placed; all changes are undone then
 */
async function carryOut(repository: Repository, journal: Journal): Promise<void> {
  const { project } = repository;
  clearLeftOver(project);
  const staging = makeStaging(project);
  const placing = { repository, fresh: join(staging, 'new'), kept: join(staging, 'old'), undo: [] };
  try {
    mkdirSync(placing.kept);
    checkOut(repository, journal.changes, placing.fresh);
    refuseEdited(journal, placing);
    moveFiles(journal.changes, placing);
  } catch (error) {
    const left = undoAll(placing.undo);
    tryToRemove(staging);
    throw error instanceof UserError ? error : notWritable(project, error, left);
  }
  await updateIndex(repository, journal.index);
  // The journal goes last: as long as it is there, the next call removes the rest.
  tryToRemove(staging);
  removeJournal(repository);
}

/**
 * Places the result of a merge in the project and in the index.
 * @throws UserError if a file cannot be placed; nothing has changed then
 */
export async function place(repository: Repository, journal: Journal): Promise<void> {
  // Before anything is written.
  await awaitIndex(repository);
  writeJournal(repository, journal);
  try {
    await carryOut(repository, journal);
  } catch (error) {
    removeJournal(repository);
    throw error;
  }
}

/**
 * Completes an update that was killed.
 * @returns whether it has left conflicts
 * @throws UserError if the owner has changed one of its files since
 */
export async function complete(repository: Repository, journal: Journal): Promise<boolean> {
  if (journal.prefix !== repository.prefix) {
    const fix = `Run update in ${journal.prefix === '' ? repository.top : journal.prefix} first.`;
    throw refusal('An update of another project in this repository was interrupted.', fix);
  }
  await carryOut(repository, journal);
  return / [123]\t/.test(journal.index);
}
