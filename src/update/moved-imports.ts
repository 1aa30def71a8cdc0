import { posix } from 'node:path';

/** A file with imports, and where files are after the move. */
export interface Importing {
  /** The path of the file in the project, before it may move itself. */
  path: string;
  text: string;
  /** Old and new paths of files that move. */
  moves: Map<string, string>;
}

/** A whole string literal that is a relative path. */
const literal = /(["'`])(\.{1,2}\/[^"'`\s$\\]+)\1/g;

/** TypeScript imports the file that its build creates: `.js` may stand for `.ts`. */
const twins: [RegExp, string][] = [
  [/$/, ''],
  [/\.js$/, '.ts'],
  [/\.js$/, '.tsx'],
  [/\.jsx$/, '.tsx'],
  [/\.mjs$/, '.mts'],
  [/\.cjs$/, '.cts'],
  [/$/, '.ts'],
  [/$/, '.js'],
];

function relativeTo(folder: string, target: string): string {
  const path = posix.relative(folder, target);
  return path.startsWith('.') ? path : `./${path}`;
}

/**
 * Rewrites relative paths in a file that lead to moved files, and those of a file that moves itself.
 * Whatever names such a path counts: `import`, `new URL`, `vi.mock`.
 * @returns the text; every other byte stays
 */
export function rewriteImports({ path, text, moves }: Importing): string {
  const [from, to] = [posix.dirname(path), posix.dirname(moves.get(path) ?? path)];
  return text.replaceAll(literal, (whole, quote: string, name: string) => {
    const target = posix.join(from, name);
    const found = twins
      .filter(([end]) => end.test(target))
      .map(([end, other]) => [target.replace(end, other), end, other] as const)
      .find(([file]) => moves.has(file));
    if (found === undefined) {
      return from === to ? whole : quote + relativeTo(to, target) + quote;
    }
    const [file, , other] = found;
    const moved = moves.get(file) ?? file;
    const end = other === '' ? '' : posix.extname(target);
    const written = other === '' ? moved : moved.slice(0, -posix.extname(moved).length) + end;
    return quote + relativeTo(to, written) + quote;
  });
}
