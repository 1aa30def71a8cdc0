import { parseSync } from 'oxc-parser';
import { format } from 'prettier';
import tsBlankSpace from 'ts-blank-space';

const typeOnly = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSModuleDeclaration'];

interface Range {
  start: number;
  end: number;
}

interface Statement {
  type: string;
  start: number;
  end: number;
  importKind?: string;
  exportKind?: string;
}

/** A statement that leaves nothing in JavaScript. */
function isTypeOnly(statement: Statement): boolean {
  return (
    typeOnly.includes(statement.type) ||
    statement.importKind === 'type' ||
    statement.exportKind === 'type'
  );
}

/** Types and the comments directly above them. */
function typeRanges(path: string, source: string): Range[] {
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) {
    throw new Error(`${path}: ${errors[0]?.message}`);
  }
  return program.body.filter(isTypeOnly).map(({ start, end }) => {
    const above = comments.filter((comment) => comment.end <= start).toReversed();
    const attached = above.reduce(
      (from, comment) =>
        /^[ \t]*\n?[ \t]*$/.test(source.slice(comment.end, from)) ? comment.start : from,
      start,
    );
    return withLines(source, { start: attached, end });
  });
}

/** The range with its whole lines, if nothing else is on them, so that no empty line remains. */
function withLines(source: string, { start, end }: Range): Range {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const isAlone = source.slice(lineStart, start).trim() === '' && source[end] === '\n';
  return isAlone ? { start: lineStart, end: end + 1 } : { start, end };
}

function cut(source: string, ranges: Range[]): string {
  return ranges
    .toReversed()
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), source);
}

/** In comments, files of the project have the names that they have in JavaScript. */
function withNames(path: string, source: string): string {
  const { comments } = parseSync(path, source);
  return comments.toReversed().reduce((text, { start, end }) => {
    const comment = text.slice(start, end).replace(/([\w/-])\.ts\b/g, '$1.js');
    return text.slice(0, start) + comment + text.slice(end);
  }, source);
}

/**
 * Derives JavaScript from a TypeScript template: removes types and their comments, changes `.ts` to
 * `.js` in comments, and formats the result.
 * @throws Error for syntax that cannot be erased
 */
export async function toJavaScript(path: string, source: string): Promise<string> {
  const erasable = cut(source, typeRanges(path, source));
  const stripped = tsBlankSpace(erasable, ({ pos, end }) => {
    throw new Error(`${path}: "${erasable.slice(pos, end).trim()}" is not erasable.`);
  });
  const formatted = await format(stripped, { parser: 'babel', singleQuote: true, printWidth: 100 });
  return withNames(path, formatted.replace(/\n{3,}/g, '\n\n'));
}
