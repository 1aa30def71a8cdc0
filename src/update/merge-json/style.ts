import type { Document, Node } from './document.js';
import { entriesOf, isObject } from './values.js';

/** How a text is written. */
export interface Style {
  /** One step of indentation. */
  unit: string;
  eol: string;
  /** Between a key and its value. */
  colon: string;
  /** After a comma in a line. */
  gap: string;
  isOneLine: boolean;
}

/** @returns how a text is written, from its first lines */
export function styleOf({ text, root }: Document): Style {
  const [property] = isObject(root) ? (root.children ?? []) : [];
  const colon = property === undefined ? ': ' : colonOf(text, property);
  return {
    unit: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ',
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    colon,
    gap: colon === ':' ? '' : ' ',
    isOneLine: property !== undefined && !text.trim().includes('\n'),
  };
}

/** @returns what is between the key and the value of a property */
export function colonOf(text: string, property: Node): string {
  const [key, value] = property.children ?? [];
  const between =
    key === undefined || value === undefined
      ? ''
      : text.slice(key.offset + key.length, value.offset);
  return /^[ \t]*:[ \t]*$/.test(between) ? between : ': ';
}

/** @returns the indentation of the line of an offset */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** @returns whether nothing but indentation is before an offset in its line */
export function startsLine(text: string, offset: number): boolean {
  let start = offset;
  while (' \t'.includes(text[start - 1] ?? '\n')) {
    start -= 1;
  }
  return text[start - 1] === '\n';
}

/** @returns a value in one line, without its comments */
function compact(text: string, node: Node, style: Style): string {
  const inLine = ([open, close]: string, items: string[]): string =>
    `${open}${items.join(`,${style.gap}`)}${close}`;
  if (isObject(node)) {
    const entries = [...entriesOf(node)].map(
      ([key, value]) => JSON.stringify(key) + style.colon + compact(text, value, style),
    );
    return inLine('{}', entries);
  }
  return node.type === 'array'
    ? inLine(
        '[]',
        (node.children ?? []).map((item) => compact(text, item, style)),
      )
    : text.slice(node.offset, node.offset + node.length);
}

/** @returns a value of another text, written in a style, for a line with an indentation */
export function restyled(
  from: Document & { style: Style },
  node: Node,
  to: { style: Style; indent: string },
): string {
  const { style, indent } = to;
  if (style.isOneLine) {
    return compact(from.text, node, style);
  }
  const written = from.text.slice(node.offset, node.offset + node.length);
  if (!written.includes('\n')) {
    return written;
  }
  const [first = '', ...rest] = written.split(/\r?\n/);
  const { unit } = from.style;
  const outer = indentAt(from.text, node.offset).length;
  const lines = rest.map((line) => {
    const content = line.trimStart();
    const inside = Math.max(0, line.length - content.length - outer);
    const space = style.unit.repeat(Math.floor(inside / unit.length));
    return content === '' ? '' : indent + space + ' '.repeat(inside % unit.length) + content;
  });
  return [first, ...lines].join(style.eol);
}
