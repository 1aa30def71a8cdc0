import { isUtf8 } from 'node:buffer';
import { recordPath } from '../core/paths.js';
import { isPackageManager, packageManagers } from '../options/package-managers.js';
import { followOwner, followTemplates } from './align.js';
import { isCrlf, toCrlf } from './line-ends.js';
import {
  mergeJson,
  mergePackageJson,
  type Conflict as JsonConflict,
  type Kept as JsonKept,
} from './merge-json/merge-json.js';
import { ownRenames } from './own-renames.js';
import type { Repository } from './repository.js';
import { readBlobs, type Scratch, type Tree } from './scratch.js';
import type { OwnFile, Side, Sides, Triple } from './sides.js';

/** Two JSON files merged by structure. */
export interface JsonMerge {
  path: string;
  /** The versions in base, the project and the new version. */
  sides: { base: string; ours: string; theirs: string };
  conflicts: JsonConflict[];
  kept: JsonKept[];
}

/** The three sides, ready for git. */
export interface Prepared extends Triple {
  json: JsonMerge[];
}

const lockfiles: string[] = Object.keys(packageManagers)
  .filter(isPackageManager)
  .map((name) => packageManagers[name].lockfile);
/** The record is written last; lockfiles belong to package managers, of which Bun had an older one. */
const leftAlone = [recordPath, 'bun.lockb', 'npm-shrinkwrap.json', ...lockfiles];

/** @returns a copy without what a merge leaves alone */
function mergeable(side: Side): Side {
  return new Map([...side].filter(([path]) => !leftAlone.includes(path)));
}

/** What may import a file. */
export const importing = /\.[cm]?[jt]sx?$/;

interface Reading {
  scratch: Scratch;
  tree: Tree;
  /** The path to the project, with a slash at its end. */
  prefix: string;
  wanted: (path: string) => boolean;
}

/** Reads the committed files of the project, and the texts of some of them. */
function readOwn({ scratch, tree, prefix, wanted }: Reading): Map<string, OwnFile> {
  const own = [...tree]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, entry]) => [path.slice(prefix.length), entry] as const);
  const read = own.filter(([path, { mode }]) => mode.startsWith('100') && wanted(path));
  const blobs = readBlobs(
    scratch,
    read.map(([, { oid }]) => oid),
  );
  const texts = new Map(read.map(([path], index) => [path, textOf(blobs[index])]));
  return new Map(own.map(([path, entry]) => [path, { ...entry, text: texts.get(path) }]));
}

function textOf(bytes: Buffer | undefined): string | undefined {
  return bytes !== undefined && isUtf8(bytes) ? bytes.toString() : undefined;
}

/** A project whose committed files have CRLF line ends keeps them. */
function followLineEnds({ base, theirs, ours }: Triple): void {
  for (const [path, { text = '' }] of ours) {
    if (isCrlf(text)) {
      [base, theirs].forEach((side) => {
        const file = side.get(path);
        if (file !== undefined) {
          side.set(path, { ...file, contents: toCrlf(file.contents) });
        }
      });
    }
  }
}

const isPackage = /(^|\/)package\.json$/;

/** Merges a JSON file by structure: git then finds nothing left to merge in it. */
function mergeJsonFile(prepared: Triple, path: string): JsonMerge[] {
  const { base, theirs, ours } = prepared;
  const [old, fresh, own] = [base.get(path), theirs.get(path), ours.get(path)];
  if (fresh === undefined || own?.text === undefined || old?.contents === fresh.contents) {
    return [];
  }
  const sides = { base: old?.contents ?? '{}', ours: own.text, theirs: fresh.contents };
  const merged = (isPackage.test(path) ? mergePackageJson : mergeJson)(sides);
  if (merged === undefined) {
    return [];
  }
  base.set(path, { ...fresh, mode: old?.mode ?? fresh.mode });
  if (merged.text !== own.text) {
    ours.set(path, { ...own, text: merged.text, changed: true });
  }
  return [{ path, sides, conflicts: merged.conflicts, kept: merged.kept }];
}

/** @returns the three sides of a merge, aligned so that git only sees what really differs */
export function prepare(
  sides: Sides,
  { scratch, tree, repository }: Pick<Reading, 'scratch' | 'tree'> & { repository: Repository },
): Prepared {
  const { prefix } = repository;
  const [base, theirs] = [mergeable(sides.base), mergeable(sides.theirs)];
  const wanted = (path: string): boolean =>
    base.has(path) || theirs.has(path) || (sides.moves.size > 0 && importing.test(path));
  const ours = readOwn({ scratch, tree, prefix, wanted });
  const prepared: Triple = { base, theirs, ours };
  followTemplates(prepared, sides.moves);
  const renames = ownRenames(prepared, scratch, repository);
  if (renames.size > 0) {
    followOwner(prepared, renames);
  }
  followLineEnds(prepared);
  const paths = [...theirs.keys()].filter((path) => path.endsWith('.json'));
  return { ...prepared, json: paths.flatMap((path) => mergeJsonFile(prepared, path)) };
}
