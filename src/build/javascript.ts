import { parseSync } from 'oxc-parser';
import { format } from 'prettier';
import tsBlankSpace from 'ts-blank-space';

const typeOnly = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSModuleDeclaration'];

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

/** Types and the comments right above them: a comment on a type says nothing without it. */
function typeRanges(path: string, source: string): { start: number; end: number }[] {
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
    return { start: attached, end };
  });
}

function cut(source: string, ranges: { start: number; end: number }[]): string {
  return ranges
    .toReversed()
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), source);
}

/**
 * Derives JavaScript from a TypeScript template: types go with their comments, the rest stays as it
 * was written, formatted anew.
 * @throws Error for syntax that more than erasing is needed for
 */
export async function toJavaScript(path: string, source: string): Promise<string> {
  const erasable = cut(source, typeRanges(path, source));
  const stripped = tsBlankSpace(erasable, ({ pos, end }) => {
    throw new Error(`${path}: "${erasable.slice(pos, end).trim()}" is not erasable.`);
  });
  const formatted = await format(stripped, { parser: 'babel', singleQuote: true, printWidth: 100 });
  return formatted.replace(/\n{3,}/g, '\n\n');
}
