import isNewer from 'semver/functions/gt.js';

/** What a version changed in projects that a merge alone cannot carry over. */
interface Migration {
  /** The version that brought it. */
  version: string;
  /** Files that moved: old and new path. Imports of the owner's files follow. */
  moves?: Record<string, string>;
  /** Something that the owner has to change: the text that stands for it, and what to do. */
  notes?: { uses: RegExp; advice: string }[];
}

/** The oldest comes first. */
export const migrations: Migration[] = [];

/** A TypeScript file has a twin in projects in JavaScript. */
function withTwins(moves: Record<string, string>): [string, string][] {
  return Object.entries(moves).flatMap(([from, to]): [string, string][] => [
    [from, to],
    [from.replace(/\.ts$/, '.js'), to.replace(/\.ts$/, '.js')],
  ]);
}

/** @returns the old and the new paths of files that moved after a version, step by step */
export function movesSince(version: string, all: Migration[] = migrations): Map<string, string> {
  const moves = new Map<string, string>();
  for (const [from, to] of later(version, all).flatMap((step) => withTwins(step.moves ?? {}))) {
    const [origin = from] = [...moves].find(([, now]) => now === from) ?? [];
    moves.set(origin, to);
  }
  return moves;
}

function later(version: string, all: Migration[]): Migration[] {
  return all.filter((step) => isNewer(step.version, version));
}

/** A file of the project that still uses what a version renamed. */
export interface Note {
  path: string;
  advice: string;
}

/** @returns what the owner has to change in the files of the project */
export function notesSince(
  version: string,
  files: Map<string, string>,
  all: Migration[] = migrations,
): Note[] {
  return later(version, all)
    .flatMap(({ notes = [] }) => notes)
    .flatMap(({ uses, advice }) =>
      [...files].filter(([, text]) => uses.test(text)).map(([path]) => ({ path, advice })),
    );
}
