import { stripVTControlCharacters } from 'node:util';

const longest = 200;

/** Characters that move the cursor, end a line or change the text direction, and non-characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_C}]/gu;

/** @returns the text on one line, safe for a terminal: a line break is `\u{a}` */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

function escaped(found: string): string {
  const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** @returns JSON that is safe for a terminal and has the same value: JSON allows such characters */
export function printableJson(json: string): string {
  // The line breaks are those between values; within texts they are escaped.
  return json.replaceAll(unprintable, (found) => (found === '\n' ? found : escaped(found)));
}

/** @returns the lines that a program printed, without its colours, and safe for a terminal */
export function printedLines(output: string): string[] {
  const lines = stripVTControlCharacters(output).trimEnd().split(/\r?\n/);
  // A progress bar rewrites its line after each `\r`.
  return lines.map((line) => visible(line.replace(/^.*\r/s, '').replaceAll('\t', '  ').trimEnd()));
}

function cut(text: string): string {
  const start = Array.from(text.slice(0, 2 * longest))
    .slice(0, longest)
    .join('');
  return start.length < text.length ? `${start}…` : text;
}

/** @returns a value for messages: text in quotes, cut off if very long */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return `"${cut(value)}"`;
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'A list' : 'An object';
  }
  return `"${String(value)}"`;
}
