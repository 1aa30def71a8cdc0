import { foldersOf } from '../disk/compare.js';
import type { Stages, Tree } from './scratch.js';

/** Paths at which the project has a file and the new version a folder, or the other way round. */
export interface Overlaps {
  /** Files and links of the owner, below which the new version has files. */
  files: string[];
  /** Files of the new version, where the project has a folder with files of its owner. */
  folders: string[];
  /** Links and submodules of the owner, where the new version has a file. */
  links: string[];
}

/** The three sides of a merge, by paths from the root of the repository. */
export interface Trees {
  base: Tree;
  ours: Tree;
  theirs: Tree;
}

function isSame(path: string, one: Tree, other: Tree): boolean {
  const [first, second] = [one.get(path), other.get(path)];
  return first?.oid === second?.oid && first?.mode === second?.mode;
}

/** Newer versions of git read them from base if the owner has deleted them. */
const isAttributes = /(^|\/)\.gitattributes$/;

/** @returns what a merge could only place under another name; what the owner has not touched gives way */
export function overlaps({ base, ours, theirs }: Trees): Overlaps {
  const own = new Set([...ours.keys()].filter((path) => !isSame(path, ours, base)));
  const wanted = new Set([...theirs.keys()].flatMap(foldersOf));
  const kept = new Set([...own].flatMap(foldersOf));
  return {
    files: [...own].filter((path) => wanted.has(path)),
    folders: [...theirs.keys()].filter(
      (path) => kept.has(path) || (isAttributes.test(path) && base.has(path) && !ours.has(path)),
    ),
    links: [...theirs.keys()].filter((path) => ours.get(path)?.mode.startsWith('100') === false),
  };
}

/** @returns whether a path lies below one of these */
function isBelow(path: string, files: string[]): boolean {
  return foldersOf(path).some((folder) => files.includes(folder));
}

/** What a merge has left in its index, by path. */
export interface Left {
  clean: Tree;
  unmerged: Map<string, Stages>;
}

/** @returns the sides without what git could only place under another name, such as `file~yours` */
export function without({ files, folders, links }: Overlaps, { base, ours, theirs }: Trees): Trees {
  const [own, old, fresh] = [new Map(ours), new Map(base), new Map(theirs)];
  files.forEach((path) => own.delete(path));
  links.forEach((path) => [own, old, fresh].forEach((side) => side.delete(path)));
  folders.forEach((path) => [old, fresh].forEach((side) => side.delete(path)));
  return { base: old, ours: own, theirs: fresh };
}

/** Puts back what git has merged without. @returns what the project does not get */
export function putBack(
  { files, folders, links }: Overlaps,
  left: Left,
  { base, ours, theirs }: Trees,
): Lost {
  const lost: Lost = { kept: [], conflicts: new Map() };
  for (const path of [...left.clean.keys(), ...left.unmerged.keys()]) {
    if (isBelow(path, files)) {
      left.clean.delete(path);
      left.unmerged.delete(path);
      lost.kept.push({ path, why: 'link' });
    }
  }
  for (const path of files) {
    const [old, own] = [base.get(path), ours.get(path)];
    if (own !== undefined) {
      left.clean.set(path, own);
      if (old !== undefined) {
        lost.conflicts.set(path, { 1: old, 2: own });
      }
    }
  }
  for (const path of folders) {
    const [old, fresh] = [base.get(path), theirs.get(path)];
    if (old === undefined) {
      lost.conflicts.set(path, {});
    } else if (old.oid !== fresh?.oid) {
      lost.kept.push({ path, why: 'deleted' });
    }
  }
  for (const path of links) {
    const [old, own, fresh] = [base, ours, theirs].map((side) => side.get(path));
    if (own !== undefined) {
      left.clean.set(path, own);
    }
    if (own !== undefined && fresh !== undefined && old?.oid !== fresh.oid) {
      lost.conflicts.set(path, { ...(old !== undefined && { 1: old }), 2: own, 3: fresh });
    }
  }
  return lost;
}

/** What the project does not get. Paths are those from the root of the repository. */
export interface Lost {
  kept: { path: string; why: 'link' | 'deleted' }[];
  conflicts: Map<string, Stages>;
}
