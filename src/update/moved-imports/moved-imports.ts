import { literalsIn } from './literals.js';
import { movedSpecifier } from './specifiers.js';

/** A file of a project: its path, with slashes and relative to the project, and its contents. */
export interface Source {
  path: string;
  contents: string;
}

/** A move of files in a project. */
export interface Move {
  /** The new path of each moved file, by its path before. */
  moves: Record<string, string>;
  /** The paths of all files before the move. */
  paths: Iterable<string>;
}

const source = /\.[cm]?[jt]sx?$/;
/** What is before the name of a module. Elsewhere, a text without an ending is no path. */
const beforeModule =
  /(?:\bfrom|\bimport|\b(?:import|require|(?:do)?(?:un)?mock|importActual|importMock)\s*(?:<[^()]*>)?\()\s*$/i;
/** Enough of a source for what is before the name of a module. */
const beforeLength = 200;

function rewritten(contents: string, next: (text: string, isImport: boolean) => string): string {
  const parts: string[] = [];
  let end = 0;
  for (const { start, text } of literalsIn(contents)) {
    const before = contents.slice(Math.max(0, start - 1 - beforeLength), start - 1);
    parts.push(contents.slice(end, start), next(text, beforeModule.test(before)));
    end = start + text.length;
  }
  return [...parts, contents.slice(end)].join('');
}

/**
 * Moves files, and rewrites what names a moved file: string literals that are, as a whole, its path
 * relative to their own file. So imports, `import()`, `new URL(…, import.meta.url)` and `vi.mock`
 * are found. A `.js` may mean a `.ts`. Comments and everything else keep their bytes.
 *
 * @returns the files in the same order, with their new paths
 */
export function withMovedImports(files: Source[], { moves, paths }: Move): Source[] {
  const moved = new Map(Object.entries(moves));
  const known = [...paths, ...moved.keys(), ...files.map(({ path }) => path)];
  const places = new Map(known.map((path) => [path, moved.get(path) ?? path]));
  return files.map(({ path, contents }) => {
    const to = places.get(path) ?? path;
    const next = (text: string, isImport: boolean): string =>
      movedSpecifier(text, { from: path, to, places, isImport }) ?? text;
    return { path: to, contents: source.test(path) ? rewritten(contents, next) : contents };
  });
}
