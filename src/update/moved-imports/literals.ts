/** A string literal in a source: in quotes or in backticks, and without expressions in it. */
export interface Literal {
  /** Where its text starts, after the quotation mark. */
  start: number;
  text: string;
}

const skipped = /(?:\s|\/\/.*|\/\*[^]*?\*\/)+/y;
const quoted = /'(?:[^'\\\r\n]|\\[^])*'|"(?:[^"\\\r\n]|\\[^])*"/y;
/** A template from its start, or from the end of an expression in it, to the next border. */
const templatePart = /[`}](?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;
const regularExpression = /\/(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/\w*/y;
const word = /[\w$\u0080-\uFFFF]+/y;

/** After an operand, a slash divides; elsewhere, it begins a regular expression. */
const operand = /^[\w$\u0080-\uFFFF)\]}]/;
const operator =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|do|else|instanceof|yield|await)$/;

function at(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

/** What has to be known of the source before an offset. */
interface Before {
  /** The last word or character, without spaces and comments. */
  last: string;
  /** How many braces are open, for the source and each expression in a template around it. */
  braces: number[];
}

/** @returns the next word, literal or character, without what is skipped */
function tokenAt(source: string, offset: number, { last, braces }: Before): string {
  const isInTemplate = braces.length > 1 && braces.at(-1) === 0;
  const first = source.charAt(offset);
  if (first === '`' || (first === '}' && isInTemplate)) {
    return at(templatePart, source, offset) ?? first;
  }
  if (first === '/' && (!operand.test(last) || operator.test(last))) {
    return at(regularExpression, source, offset) ?? first;
  }
  return at(quoted, source, offset) ?? at(word, source, offset) ?? first;
}

/** @returns the braces that are open after a token */
function bracesAfter(token: string, braces: number[]): number[] {
  const [outer, open = 0] = [braces.slice(0, -1), braces.at(-1)];
  if (token === '{' || token === '}') {
    return [...outer, Math.max(0, open + (token === '{' ? 1 : -1))];
  }
  const isPart = /^[`}][^]/.test(token);
  const around = isPart && token.startsWith('}') ? outer : braces;
  return isPart && token.endsWith('${') ? [...around, 0] : around;
}

function isLiteral(token: string): boolean {
  return token.length > 1 && /^(['"`])[^\\]*\1$/.test(token);
}

/** @returns the string literals in a source in TypeScript or JavaScript, none of them in a comment */
export function literalsIn(source: string): Literal[] {
  const literals: Literal[] = [];
  let before: Before = { last: '', braces: [0] };
  let offset = at(/#!.*/y, source, 0)?.length ?? 0;
  while (offset < source.length) {
    offset += at(skipped, source, offset)?.length ?? 0;
    const token = tokenAt(source, offset, before);
    if (isLiteral(token)) {
      literals.push({ start: offset + 1, text: token.slice(1, -1) });
    }
    // A literal is an operand, like a name.
    const isOperand = token.length > 1 && /^['"`/}]/.test(token) && !token.endsWith('${');
    before = {
      last: isOperand ? ')' : token,
      braces: bracesAfter(token, before.braces),
    };
    offset += Math.max(1, token.length);
  }
  return literals;
}
