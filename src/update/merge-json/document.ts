import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

export type { Node } from 'jsonc-parser';

/** A JSON text, with or without comments, and its syntax tree. */
export interface Document {
  /** Without a byte order mark. */
  text: string;
  mark: '' | '\uFEFF';
  root: Node;
}

/** A list or an object in a text, by offsets. */
export interface Layout {
  /**
   * The borders of what belongs to each item: the comments above it, its line, and a comment at the
   * end of that line. There is one more than items.
   */
  borders: number[];
  /** Where the comma of each item stands, or -1. */
  commas: number[];
}

/** Deeper texts are not read, as the readers of a tree call themselves. */
const deepest = 500;

/** @yields the first character of each token, and where it stands */
function* tokensOf(text: string, from: number, to: number): Generator<[string, number, number]> {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  scanner.scan();
  while (scanner.getTokenOffset() < to) {
    const offset = scanner.getTokenOffset();
    yield [text.charAt(offset), offset, scanner.getPosition()];
    scanner.scan();
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of tokensOf(text, 0, text.length)) {
    depth += Number('{['.includes(token)) - Number('}]'.includes(token));
    if (depth > deepest) {
      return true;
    }
  }
  return false;
}

/**
 * @param comments whether comments and trailing commas are allowed
 * @returns the syntax tree of a text, or `undefined` if it is no JSON or is nested too deep
 */
export function readDocument(source: string, comments: boolean): Document | undefined {
  const mark = source.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = source.slice(mark.length);
  if (isTooDeep(text)) {
    return undefined;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {
    allowTrailingComma: comments,
    disallowComments: !comments,
  });
  return root === undefined || errors.length > 0 ? undefined : { text, mark, root };
}

/** @returns where a node ends */
export function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** @returns where lines end in a gap between items */
function lineEnds({ text }: Document, from: number, to: number): number[] {
  const tokens = [...tokensOf(text, from, to)];
  return tokens.flatMap(([token, , end]) => ('\r\n'.includes(token) ? [end] : []));
}

function commaIn({ text }: Document, from: number, to: number): number {
  const tokens = [...tokensOf(text, from, to)];
  return tokens.find(([token]) => token === ',')?.[1] ?? -1;
}

/** @returns how the items of a list or an object are laid out */
export function layoutOf(document: Document, { offset, length, children = [] }: Node): Layout {
  const close = offset + length - 1;
  const [first] = children;
  const opening = lineEnds(document, offset + 1, first?.offset ?? close);
  // Comments in an empty one stay at its start.
  const start = (first === undefined ? opening.at(-1) : opening[0]) ?? offset + 1;
  const commas = children.map((item, index) =>
    commaIn(document, endOf(item), children[index + 1]?.offset ?? close),
  );
  const borders = children.map((item, index) => {
    const comma = commas[index] ?? -1;
    const end = comma < 0 ? endOf(item) : comma + 1;
    return lineEnds(document, end, children[index + 1]?.offset ?? close)[0] ?? end;
  });
  return { borders: [start, ...borders], commas };
}
