import { isUtf8 } from 'node:buffer';
import { recordPath } from '../core/paths.js';
import { lockfiles } from '../options/package-managers.js';
import { align } from './align.js';
import { isCrlf, toCrlf } from './line-ends.js';
import {
  mergeJson,
  mergePackageJson,
  type Conflict as JsonConflict,
  type Kept as JsonKept,
} from './merge-json/merge-json.js';
import { withMovedImports } from './moved-imports/moved-imports.js';
import { readBlobs, type Scratch, type Tree, type TreeEntry } from './scratch.js';
import type { Side, Sides } from './sides.js';

/** A committed file of the project. */
export interface OwnFile extends TreeEntry {
  /** Its text; undefined if it is not UTF-8, or no merge needs it. */
  text: string | undefined;
  /** Whether the text is no longer the committed one. */
  changed?: true;
}

/** Two JSON files merged by structure. */
export interface JsonMerge {
  path: string;
  /** The versions in base, the project and the new version. */
  sides: { base: string; ours: string; theirs: string };
  conflicts: JsonConflict[];
  kept: JsonKept[];
}

/** The three sides, ready for git. Paths are those in the project. */
export interface Prepared {
  base: Side;
  theirs: Side;
  ours: Map<string, OwnFile>;
  json: JsonMerge[];
}

/** The record is written last; lockfiles belong to package managers. */
const leftAlone = [recordPath, ...lockfiles];

/** @returns a copy without what a merge leaves alone */
function mergeable(side: Side): Side {
  return new Map([...side].filter(([path]) => !leftAlone.includes(path)));
}

/** What may import a file that moved. */
const importing = /\.[cm]?[jt]sx?$/;

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

/** Lets imports follow the files that moved, in the project and in base. */
function followMoves({ base, ours }: Prepared, moves: Map<string, string>): void {
  const earlier = new Map([...moves].map(([from, to]) => [to, from]));
  const before = (path: string): string => earlier.get(path) ?? path;
  const paths = [...base.keys(), ...ours.keys()].map(before);
  const rewrite = (path: string, text: string): string => {
    const file = { path: before(path), contents: text };
    const [moved] = withMovedImports([file], { moves: Object.fromEntries(moves), paths });
    return moved?.contents ?? text;
  };
  ours.forEach((file, path) => {
    const text = file.text === undefined ? undefined : rewrite(path, file.text);
    if (text !== file.text) {
      ours.set(path, { ...file, text, changed: true });
    }
  });
  base.forEach((file, path) => base.set(path, { ...file, contents: rewrite(path, file.contents) }));
}

/** A project whose committed files have CRLF line ends keeps them. */
function followLineEnds({ base, theirs, ours }: Prepared): void {
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
function mergeJsonFile(prepared: Prepared, path: string): JsonMerge[] {
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
  { scratch, tree, prefix }: Pick<Reading, 'scratch' | 'tree' | 'prefix'>,
): Prepared {
  const [base, theirs] = [mergeable(sides.base), mergeable(sides.theirs)];
  const wanted = (path: string): boolean =>
    base.has(path) || theirs.has(path) || (sides.moves.size > 0 && importing.test(path));
  const ours = readOwn({ scratch, tree, prefix, wanted });
  const prepared: Prepared = { base, theirs, ours, json: [] };
  const moves = align(sides.moves, prepared);
  if (moves.size > 0) {
    followMoves(prepared, moves);
  }
  followLineEnds(prepared);
  const paths = [...theirs.keys()].filter((path) => path.endsWith('.json'));
  return { ...prepared, json: paths.flatMap((path) => mergeJsonFile(prepared, path)) };
}
