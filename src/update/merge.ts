import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf } from '../disk/compare.js';
import { fieldsOf, gitBytes, gitError, gitText, tryGit } from './git.js';
import type { Conflict as JsonConflict, Kept as JsonKept } from './merge-json/merge-json.js';
import { withMovedImports, type Source } from './moved-imports/moved-imports.js';
import { importing, prepare, type Prepared } from './prepare.js';
import type { Repository } from './repository.js';
import {
  commitTree,
  committedTree,
  indexNamed,
  inScratch,
  readBlobs,
  splitOnce,
  storeBlobs,
  treeOf,
  type Scratch,
  type Tree,
  type TreeEntry,
} from './scratch.js';
import type { Side, Sides } from './sides.js';

/** The versions of an unmerged file in base, the project and the new version, numbered as git does. */
export type Stages = Partial<Record<1 | 2 | 3, TreeEntry>>;

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
   * the owner; dropped, and `used` by a file of the owner; below a `link`; a value in a JSON file.
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

/** What a merge has left in its index, by path. */
interface Left {
  clean: Tree;
  unmerged: Map<string, Stages>;
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

/** @returns whether a folder above a path is a link in the project */
function isBelowLink(path: string, tree: Tree): boolean {
  return foldersOf(path).some((folder) => tree.get(folder)?.mode === '120000');
}

/** The markers of git: a file without them is binary, or was moved or replaced. */
const marker = /^<{7} yours/m;

/** Decides about one unmerged file. */
function settle(path: string, stages: Stages, { merging, merged }: Settling): void {
  const { scratch, repository, tree } = merging;
  const inside = path.slice(repository.prefix.length);
  const { 1: base, 2: own, 3: fresh } = stages;
  if (isBelowLink(path, tree)) {
    merged.kept.push({ path: inside, why: 'link' });
  } else if (base !== undefined && own === undefined && fresh !== undefined) {
    merged.kept.push({ path: inside, why: 'deleted' });
    merged.files.set(path, undefined);
  } else if (base !== undefined && own !== undefined && fresh === undefined) {
    merged.kept.push({ path: inside, why: 'dropped' });
    merged.files.set(path, own);
  } else {
    const oid = writtenBy(scratch, path);
    const mode = own?.mode ?? fresh?.mode ?? '100644';
    const written = oid === undefined ? undefined : { mode, oid };
    const text = oid === undefined ? '' : (readBlobs(scratch, [oid])[0] ?? '').toString();
    merged.files.set(path, mode.startsWith('100') ? (written ?? own) : own);
    merged.unmerged.set(path, stages);
    merged.conflicts.push({ path: inside, kind: marker.test(text) ? 'lines' : 'whole', keys: [] });
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
  const found = [...entries].filter(([path]) => importing.test(path));
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
  let open = gone.filter((path) => importing.test(path));
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
  const base = commitTree(scratch, treeWith(merging, prepared.base), 'base');
  const ours = commitTree(scratch, ownTree(merging, prepared), 'ours', base);
  const theirs = commitTree(scratch, treeWith(merging, prepared.theirs), 'theirs', base);
  const { clean, unmerged } = sorted(runMerge(scratch, { base, ours, theirs }, sides.label));
  const merged: Merged = { files: new Map(clean), unmerged: new Map(), conflicts: [], kept: [] };
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
  unmerged.forEach((stages, path) => settle(path, stages, { merging, merged }));
  addJson(prepared, merging, { merging, merged });
  return changesOnly(merged, merging.tree);
}
