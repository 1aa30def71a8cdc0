import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf } from '../disk/compare.js';
import { fieldsOf, gitBytes, gitError, gitText, tryGit } from './git.js';
import type { Conflict as JsonConflict, Kept as JsonKept } from './merge-json/merge-json.js';
import { withMovedImports, type Source } from './moved-imports/moved-imports.js';
import { overlaps, putBack, without, type Left, type Lost, type Trees } from './overlaps.js';
import { importing, prepare, type Prepared } from './prepare.js';
import type { Repository } from './repository.js';
import {
  commitTree,
  committedTree,
  filtered,
  indexNamed,
  inScratch,
  readBlobs,
  splitOnce,
  storeBlobs,
  treeOf,
  type Scratch,
  type Stages,
  type Tree,
  type TreeEntry,
} from './scratch.js';
import type { Side, Sides } from './sides.js';

/** A file for whose contents the owner has to decide. */
export interface Conflict {
  /** In the project. */
  path: string;
  /** `lines` has markers; in `json`, the owner's values stay; `whole` is binary, moved or replaced. */
  kind: 'lines' | 'json' | 'whole';
  keys: JsonConflict[];
}

/** Something of the new version that the project does not get. */
export interface Kept {
  /** In the project. */
  path: string;
  /**
   * `deleted` by the owner, and changed by the new version; `dropped` by the new version, and changed by
   * the owner; dropped, and `used` by a file of the owner; below a `link`, or a file; a value in a JSON file.
   */
  why: 'deleted' | 'dropped' | 'used' | 'link' | 'value';
  /** The file that uses it. */
  by?: string;
  value?: JsonKept;
}

/** The result of a merge. Paths are those from the root of the repository. */
export interface Merged {
  /** The files that change: what the work tree gets; undefined for a file that is removed. */
  files: Map<string, TreeEntry | undefined>;
  /** The stages of files with conflicts. */
  unmerged: Map<string, Stages>;
  conflicts: Conflict[];
  kept: Kept[];
  /** The last commit: all files of the project, and attributes above. */
  tree: Tree;
}

interface Merging {
  scratch: Scratch;
  repository: Repository;
  /** The last commit: all files of the project, and attributes above. */
  tree: Tree;
}

/** @returns a tree with other files in the project's folder */
function treeWith({ scratch, repository, tree }: Merging, side: Side): Tree {
  const { prefix } = repository;
  const outside = prefix === '' ? [] : [...tree].filter(([path]) => !path.startsWith(prefix));
  return new Map([...outside, ...treeOf(scratch, repository, side)]);
}

/** @returns the last commit's tree, with the project's files as they were prepared */
function ownTree({ scratch, repository, tree }: Merging, { ours }: Prepared): Tree {
  const { prefix } = repository;
  const changed = [...ours].filter(([, file]) => file.changed === true);
  const oids = storeBlobs(
    scratch,
    repository,
    changed.map(([path, { text = '' }]) => ({ path: prefix + path, contents: text })),
  );
  const fresh = new Map(changed.map(([path], index) => [path, oids[index] ?? '']));
  const outside = prefix === '' ? [] : [...tree].filter(([path]) => !path.startsWith(prefix));
  const files = [...ours].map(
    ([path, { mode, oid }]) => [prefix + path, { mode, oid: fresh.get(path) ?? oid }] as const,
  );
  return new Map([...outside, ...files]);
}

/** Settings of git that its user may have changed, and that decide about renames and markers. */
const settings = [
  'merge.renames=true',
  'merge.renameLimit=7000',
  'merge.directoryRenames=false',
  'merge.conflictStyle=merge',
  'merge.renormalize=true',
].flatMap((setting) => ['-c', setting]);

interface Commits {
  base: string;
  ours: string;
  theirs: string;
}

/** Merges by git, in the scratch repository. @returns the entries of its index, each with its stage */
function runMerge(scratch: Scratch, { base, ours, theirs }: Commits, label: string) {
  const env = {
    ...indexNamed(scratch, 'merge'),
    GIT_WORK_TREE: scratch.work,
    [`GITHEAD_${ours}`]: 'yours',
    [`GITHEAD_${theirs}`]: label,
  };
  const call = inScratch(scratch, { cwd: scratch.work, env });
  gitBytes(call, ['read-tree', ours]);
  const { code, stderr } = tryGit(call, [...settings, 'merge-recursive', base, '--', ours, theirs]);
  if (code !== 0 && code !== 1) {
    throw gitError(stderr, 'merge-recursive');
  }
  const lines = fieldsOf(gitBytes(call, ['ls-files', '--stage', '-z']));
  return lines.map((line) => {
    const [meta, path] = splitOnce(line, '\t');
    const [mode = '', oid = '', stage = ''] = meta.split(' ');
    return { path, stage: Number(stage), entry: { mode, oid } };
  });
}

/** @returns the contents that git has written for a file with a conflict; undefined if that is no file */
function writtenBy(scratch: Scratch, path: string): string | undefined {
  const stat = lstatSync(join(scratch.work, path), { throwIfNoEntry: false });
  const call = inScratch(scratch, { cwd: scratch.work, env: { GIT_WORK_TREE: scratch.work } });
  return stat?.isFile() === true ? gitText(call, ['hash-object', '-w', '--', path]) : undefined;
}

function sorted(entries: ReturnType<typeof runMerge>): Left {
  const clean: Tree = new Map();
  const unmerged = new Map<string, Stages>();
  for (const { path, stage, entry } of entries) {
    if (stage === 0) {
      clean.set(path, entry);
    } else {
      unmerged.set(path, { ...unmerged.get(path), [stage]: entry });
    }
  }
  return { clean, unmerged };
}

/** The markers of git: a file without them is binary, or was moved or replaced. */
const marker = /^<{7} yours/m;

/** Decides about one unmerged file. */
function settle(
  path: string,
  stages: Stages,
  { merging, merged, renamed, filters }: Unmerged,
): void {
  const { scratch, repository } = merging;
  const inside = path.slice(repository.prefix.length);
  const { 1: base, 2: own, 3: fresh } = stages;
  // A file that one side moved has one version only, at its new path.
  const isPair = base !== undefined || !renamed;
  if (own === undefined && fresh === undefined) {
    merged.files.set(path, undefined);
  } else if (own === undefined && isPair) {
    merged.kept.push({ path: inside, why: 'deleted' });
    merged.files.set(path, undefined);
  } else if (fresh === undefined && isPair) {
    merged.kept.push({ path: inside, why: 'dropped' });
    merged.files.set(path, own);
  } else {
    // A filter such as LFS has no use for a file with markers.
    const oid = filters.has(path) ? undefined : writtenBy(scratch, path);
    const mode = own?.mode ?? fresh?.mode ?? '100644';
    const written = oid === undefined ? undefined : { mode, oid };
    const text = oid === undefined ? '' : (readBlobs(scratch, [oid])[0] ?? '').toString();
    merged.files.set(path, mode.startsWith('100') ? (written ?? own) : own);
    if (own !== undefined) {
      // git restore refuses unmerged files that the last commit has not got.
      merged.unmerged.set(path, stages);
    }
    merged.conflicts.push({ path: inside, kind: marker.test(text) ? 'lines' : 'whole', keys: [] });
  }
}

interface Unmerged extends Settling {
  /** The files that pass a filter of the owner. */
  filters: Set<string>;
  /** Whether both sides moved a file: its old path is left with the version of base only. */
  renamed: boolean;
}

function isMovedTwice({ 1: base, 2: own, 3: fresh }: Stages): boolean {
  return base !== undefined && own === undefined && fresh === undefined;
}

function addLost({ kept, conflicts }: Lost, { merging, merged }: Settling): void {
  const inside = (path: string): string => path.slice(merging.repository.prefix.length);
  merged.kept.push(...kept.map(({ path, why }) => ({ path: inside(path), why })));
  for (const [path, stages] of conflicts) {
    merged.conflicts.push({ path: inside(path), kind: 'whole', keys: [] });
    if (stages[2] !== undefined) {
      merged.unmerged.set(path, stages);
    }
  }
}

interface Settling {
  merging: Merging;
  merged: Merged;
}

/** Adds what the merge of JSON files has left to decide. */
function addJson({ json }: Prepared, merging: Merging, { merged }: Settling): void {
  const { scratch, repository } = merging;
  for (const { path, sides, conflicts, kept } of json) {
    merged.kept.push(...kept.map((value) => ({ path, why: 'value' as const, value })));
    if (conflicts.length > 0) {
      const place = repository.prefix + path;
      const texts = [sides.base, sides.ours, sides.theirs];
      const files = texts.map((contents) => ({ path: place, contents }));
      const mode = merging.tree.get(place)?.mode ?? '100644';
      const [base = '', ours = '', theirs = ''] = storeBlobs(scratch, repository, files);
      const stages = { 1: { mode, oid: base }, 2: { mode, oid: ours }, 3: { mode, oid: theirs } };
      merged.unmerged.set(place, stages);
      merged.conflicts.push({ path, kind: 'json', keys: conflicts });
    }
  }
}

/** Keeps only what differs from the last commit. */
function changesOnly(merged: Merged, tree: Tree): Merged {
  const differs = ([path, entry]: [string, TreeEntry | undefined]): boolean => {
    const old = tree.get(path);
    return old?.oid !== entry?.oid || old?.mode !== entry?.mode;
  };
  return { ...merged, files: new Map([...merged.files].filter(differs)) };
}

/** @returns the sources among the entries of a tree, with their texts */
function sourcesIn(entries: Iterable<[string, TreeEntry]>, scratch: Scratch): Source[] {
  const found = [...entries].filter(
    ([path, { mode }]) => mode.startsWith('100') && importing.test(path),
  );
  const oids = found.map(([, { oid }]) => oid);
  const texts = readBlobs(scratch, oids).map(String);
  return found.map(([path], index) => ({ path, contents: texts[index] ?? '' }));
}

/** @returns the path of a source that imports a file */
function importerOf(file: string, sources: Source[]): string | undefined {
  const moved = withMovedImports(sources, { moves: { [file]: `${file}.moved` }, paths: [] });
  return sources.find(({ contents }, index) => moved[index]?.contents !== contents)?.path;
}

/**
 * The new version dropped these files, but the owner may import them.
 * @param gone their paths
 * @returns those that are still imported, also by one another, each with a file that does
 */
function stillImported(
  gone: string[],
  clean: Tree,
  { tree, scratch }: Merging,
): Map<string, string> {
  const used = new Map<string, string>();
  // In another language, the new version has the same module.
  const hasTwin = (path: string): boolean => clean.has(path.replace(/\.([cm]?)tsx?$/, '.$1js'));
  // A file may be in the place of its folder now.
  const isFree = (path: string): boolean => !foldersOf(path).some((folder) => clean.has(folder));
  let open = gone.filter((path) => importing.test(path) && !hasTwin(path) && isFree(path));
  let sources = open.length === 0 ? [] : sourcesIn(clean, scratch);
  while (sources.length > 0) {
    const users = open.map((path) => [path, importerOf(path, sources)] as const);
    const found = users.flatMap(([path, user]): [string, string][] =>
      user === undefined ? [] : [[path, user]],
    );
    found.forEach(([path, user]) => used.set(path, user));
    open = open.filter((path) => !used.has(path));
    sources = sourcesIn(
      [...tree].filter(([path]) => found.some(([each]) => each === path)),
      scratch,
    );
  }
  return used;
}

/**
 * Merges a new version into the last commit of a project. Nothing in its repository changes.
 * @throws UserError with git's message if it cannot merge
 */
export function merge(sides: Sides, scratch: Scratch, repository: Repository): Merged {
  const { prefix } = repository;
  const merging = { scratch, repository, tree: committedTree(repository) };
  const prepared = prepare(sides, merging);
  const trees: Trees = {
    base: treeWith(merging, prepared.base),
    ours: ownTree(merging, prepared),
    theirs: treeWith(merging, prepared.theirs),
  };
  const apart = overlaps(trees);
  const parted = without(apart, trees);
  const base = commitTree(scratch, parted.base, 'base');
  const ours = commitTree(scratch, parted.ours, 'ours', base);
  const theirs = commitTree(scratch, parted.theirs, 'theirs', base);
  const left = sorted(runMerge(scratch, { base, ours, theirs }, sides.label));
  const lost = putBack(apart, left, trees);
  const { clean, unmerged } = left;
  const { tree } = merging;
  const merged: Merged = {
    files: new Map(clean),
    unmerged: new Map(),
    conflicts: [],
    kept: [],
    tree,
  };
  const gone = [...merging.tree.keys()].filter((path) => !clean.has(path) && !unmerged.has(path));
  const used = stillImported(gone, clean, merging);
  gone.forEach((path) => {
    const user = used.get(path);
    merged.files.set(path, user === undefined ? undefined : merging.tree.get(path));
    if (user !== undefined) {
      merged.kept.push({
        path: path.slice(prefix.length),
        why: 'used',
        by: user.slice(prefix.length),
      });
    }
  });
  const renamed = [...unmerged.values()].some(isMovedTwice);
  const filters = filtered(repository, [...unmerged.keys()]);
  unmerged.forEach((stages, path) => settle(path, stages, { merging, merged, renamed, filters }));
  addLost(lost, { merging, merged });
  addJson(prepared, merging, { merging, merged });
  return changesOnly(merged, merging.tree);
}
