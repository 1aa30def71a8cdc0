import { type Document, endOf, layoutOf, type Node } from './document.js';
import { indentAt, startsLine, type Style } from './style.js';

/** An item of a list or an object, with all that is up to the next one. */
export interface Piece {
  lead: string;
  body: string;
  /** What is before its comma. */
  before: string;
  /** What belongs to it after its comma, or after it. */
  after: string;
  /** Whether it was first in the owner's text, is another of it, or is new. */
  origin: 'first' | 'own' | 'new';
}

/** A list or an object in pieces. */
export interface Container {
  open: string;
  pieces: Piece[];
  rest: string;
  hasTrailingComma: boolean;
  /** The indentation of new items, if each has its line. */
  indent: string | undefined;
}

/** @returns a new item */
export function newPiece(body: string): Piece {
  return { lead: '', body, before: '', after: '', origin: 'new' };
}

/** @returns an object without keys, for a line with an indentation */
export function emptyObject({ unit, isOneLine }: Style, outer: string): Container {
  const lines = isOneLine ? undefined : outer + unit;
  const rest = isOneLine ? '}' : `${outer}}`;
  return { open: '{', pieces: [], rest, hasTrailingComma: false, indent: lines };
}

/** @returns a list or an object of a text in pieces */
export function containerOf(document: Document, node: Node, style: Style): Container {
  const { text } = document;
  const { children = [] } = node;
  const { borders, commas } = layoutOf(document, node);
  const pieces = children.map((item, index): Piece => {
    const comma = commas[index] ?? -1;
    const end = endOf(item);
    return {
      lead: text.slice(borders[index], item.offset),
      body: text.slice(item.offset, end),
      before: comma < 0 ? '' : text.slice(end, comma),
      after: text.slice(comma < 0 ? end : comma + 1, borders[index + 1]),
      origin: index === 0 ? 'first' : 'own',
    };
  });
  const line = children.find(({ offset }) => startsLine(text, offset));
  const outer = style.isOneLine ? '' : indentAt(text, node.offset);
  const empty = emptyObject(style, outer);
  const isEmptyObject = children.length === 0 && node.type === 'object';
  const rest = text.slice(borders.at(-1), endOf(node));
  return {
    open: text.slice(node.offset, borders[0]),
    pieces,
    rest: isEmptyObject && rest.trim() === '}' ? empty.rest : rest,
    hasTrailingComma: (commas.at(-1) ?? -1) >= 0,
    indent:
      line === undefined && isEmptyObject ? empty.indent : line && indentAt(text, line.offset),
  };
}

function isSpace(text: string): boolean {
  return /^[ \t]*$/.test(text);
}

/** @returns the space before an item that stands in the same line as others */
function leadInLine({ pieces }: Container, style: Style): (piece: Piece, index: number) => string {
  const [first = '', second = style.gap] = pieces.map(({ lead }) => lead).filter(isSpace);
  return ({ lead, origin }, index) => {
    if (!isSpace(lead)) {
      return lead;
    }
    if (index === 0) {
      return first;
    }
    return origin === 'own' ? lead : second;
  };
}

/** @returns the text of a list or an object with other pieces: with commas where they belong */
export function joined(container: Container, pieces: Piece[], style: Style): string {
  const { open, rest, hasTrailingComma, indent } = container;
  if (pieces.length === 0) {
    const isBlank = `${open.slice(1)}${rest.slice(0, -1)}`.trim() === '';
    return isBlank ? open.slice(0, 1) + rest.slice(-1) : open + rest;
  }
  const endsInLine = container.pieces.at(-1)?.after.endsWith('\n') === false;
  const leadOf = leadInLine(container, style);
  // Joined once at the end: to look at the end of a growing text takes longer each time.
  const parts = [open];
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const isNewLine = piece.origin === 'new' && indent !== undefined;
    if (isNewLine) {
      parts.push(parts.at(-1)?.endsWith('\n') === true ? '' : style.eol, indent);
    } else {
      parts.push(indent === undefined ? leadOf(piece, index) : piece.lead);
    }
    const comma = isLast && !hasTrailingComma ? '' : ',';
    const end = isNewLine && !(isLast && endsInLine) ? style.eol : '';
    parts.push(piece.body, piece.before, comma + piece.after + end);
  }
  return parts.join('') + rest;
}
