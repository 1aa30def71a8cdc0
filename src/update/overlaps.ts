import { foldersOf } from '../disk/compare.js';
import type { Tree } from './scratch.js';

/** Paths at which the project has a file and the new version a folder, or the other way round. */
export interface Overlaps {
  /** Files and links of the owner, below which the new version has files. */
  files: string[];
  /** Files of the new version, where the project has a folder with files of its owner. */
  folders: string[];
}

interface Trees {
  base: Tree;
  ours: Tree;
  theirs: Tree;
}

function isSame(path: string, one: Tree, other: Tree): boolean {
  const [first, second] = [one.get(path), other.get(path)];
  return first?.oid === second?.oid && first?.mode === second?.mode;
}

/** @returns what a merge could only place under another name; what the owner has not touched gives way */
export function overlaps({ base, ours, theirs }: Trees): Overlaps {
  const own = new Set([...ours.keys()].filter((path) => !isSame(path, ours, base)));
  const wanted = new Set([...theirs.keys()].flatMap(foldersOf));
  const kept = new Set([...own].flatMap(foldersOf));
  return {
    files: [...own].filter((path) => wanted.has(path)),
    folders: [...theirs.keys()].filter((path) => kept.has(path)),
  };
}

/** @returns whether a path lies below one of these */
export function isBelow(path: string, files: string[]): boolean {
  return foldersOf(path).some((folder) => files.includes(folder));
}
