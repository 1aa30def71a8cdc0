import { recordPath } from '../core/paths.js';
import { readIfExists } from '../io/environment.js';
import { join } from 'node:path';
import { missingSettings, unusedSettings, type Setting } from './env-settings.js';
import type { Change, Journal } from './journal.js';
import type { Conflict, Kept, Merged } from './merge.js';
import { fingerprint } from './place.js';
import type { Repository } from './repository.js';
import { readBlobs, storeBlobs, type Scratch, type TreeEntry } from './scratch.js';
import type { Side, Sides } from './sides.js';

/** What an update does to a project. Paths are those in the project. */
export interface UpdatePlan {
  /** Old and new paths. */
  moved: [string, string][];
  added: string[];
  changed: string[];
  removed: string[];
  conflicts: Conflict[];
  /** Those of the conflicts that the last commit has at another path, or not at all. */
  unborn: string[];
  kept: Kept[];
  /** What `.env` lacks. */
  settings: Setting[];
  /** What `.env` has, and the new version has not. */
  unused: string[];
  /** Whether package.json has other dependencies. */
  installs: boolean;
  journal: Journal;
  /** The objects that the owner's repository needs. */
  oids: string[];
}

const exampleFile = '.env.example';

function textIn(side: Side, path: string): string {
  return side.get(path)?.contents ?? '';
}

/** The line of one file for `git update-index --index-info`. */
function indexLine(path: string, entry: TreeEntry | undefined, stage: number): string {
  // An id of zeros has any length that git has: it reads the mode first.
  return entry === undefined ? '' : `${entry.mode} ${entry.oid} ${stage}\t${path}\0`;
}

function indexOf({ files, unmerged }: Merged, none: string): string {
  const removal = (path: string): string => `0 ${none}\t${path}\0`;
  const paths = [...new Set([...files.keys(), ...unmerged.keys()])];
  const removed = paths.filter((path) => files.get(path) === undefined || unmerged.has(path));
  const clean = paths.filter((path) => !unmerged.has(path));
  return [
    ...removed.map(removal),
    ...clean.map((path) => indexLine(path, files.get(path), 0)),
    ...[...unmerged].flatMap(([path, stages]) =>
      ([1, 2, 3] as const).map((stage) => indexLine(path, stages[stage], stage)),
    ),
  ].join('');
}

function names(changes: Change[]): string[] {
  return changes.map(({ path }) => path).toSorted();
}

interface Planning {
  merged: Merged;
  sides: Sides;
  scratch: Scratch;
  repository: Repository;
}

/** The keys of package.json that an install reads. */
const installed = /^(.*[dD]ependencies|overrides|resolutions|pnpm|workspaces|packageManager)$/;

/** @returns what an install reads from a package.json; undefined if it cannot be read */
function installedBy(text: string): string | undefined {
  try {
    const entries = Object.entries(JSON.parse(text.replace(/^\uFEFF/, '')));
    return JSON.stringify(entries.filter(([name]) => installed.test(name)));
  } catch {
    // Its owner has to correct it first.
    return undefined;
  }
}

/** @returns whether the project gets other dependencies */
function needsInstall({ scratch, repository }: Planning, { files }: Merged): boolean {
  const { project, prefix } = repository;
  const entry = files.get(`${prefix}package.json`);
  const [bytes = ''] = entry === undefined ? [] : readBlobs(scratch, [entry.oid]);
  const before = readIfExists(join(project, 'package.json')) ?? '';
  return entry !== undefined && installedBy(before) !== installedBy(bytes.toString());
}

/** The record is not merged: it says what the project now comes from. */
function withRecord({ merged, sides, scratch, repository }: Planning): Merged {
  const contents = textIn(sides.theirs, recordPath);
  const path = repository.prefix + recordPath;
  const [oid = ''] = storeBlobs(scratch, repository, [{ path, contents }]);
  return { ...merged, files: new Map([...merged.files, [path, { mode: '100644', oid }]]) };
}

/** @returns what the result of a merge means for the project; nothing is written */
export function planUpdate(planning: Planning): UpdatePlan {
  const { repository, sides } = planning;
  const { project, prefix } = repository;
  const merged = withRecord(planning);
  const { files, unmerged, conflicts, kept, tree } = merged;
  const changes = [...files].map(([path, entry]): Change => {
    const inside = path.slice(prefix.length);
    // A file that git does not know is in the way: it is no version of ours.
    const now = fingerprint(join(project, inside));
    const isOwn = !tree.has(path) && now !== 'folder';
    return { path: inside, old: isOwn ? null : now, entry: entry ?? null };
  });
  const clean = changes.filter(({ path }) => !unmerged.has(prefix + path));
  const isOld = ({ path }: Change): boolean => tree.has(prefix + path);
  const stages = [...unmerged.values()].flatMap((each) => Object.values(each));
  const wanted = [...files.values(), ...stages].filter((entry) => entry !== undefined);
  const none = '0'.repeat(repository.format === 'sha256' ? 64 : 40);
  const example = textIn(sides.base, exampleFile);
  const newExample = textIn(sides.theirs, exampleFile);
  const env = readIfExists(join(project, '.env')) ?? newExample;
  const removed = names(clean.filter(({ entry }) => entry === null));
  const added = names(clean.filter((change) => change.entry !== null && !isOld(change)));
  const moved = [...sides.moves].filter(
    ([from, to]) => removed.includes(from) && added.includes(to),
  );
  return {
    moved,
    added: added.filter((path) => !moved.some(([, to]) => to === path)),
    changed: names(clean.filter((change) => change.entry !== null && isOld(change))),
    removed: removed.filter((path) => !moved.some(([from]) => from === path)),
    conflicts,
    unborn: conflicts.map(({ path }) => path).filter((path) => !tree.has(prefix + path)),
    kept,
    settings: missingSettings(example, newExample, env),
    unused: unusedSettings(example, newExample, env),
    installs: needsInstall(planning, merged),
    journal: { journal: 1, pid: process.pid, prefix, changes, index: indexOf(merged, none) },
    oids: wanted.filter(({ mode }) => mode !== '160000').map(({ oid }) => oid),
  };
}
