const longest = 200;

/** What moves a cursor, ends a line, turns the direction of text or is no character at all. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

/** @returns the text in one line that a terminal shows as it is: a line break is `\u{a}` */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

function cut(text: string): string {
  const start = Array.from(text.slice(0, 2 * longest))
    .slice(0, longest)
    .join('');
  return start.length < text.length ? `${start}…` : text;
}

/** @returns a given value as messages name it: text in quotes, without the end of a very long one */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return `"${cut(value)}"`;
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'A list' : 'An object';
  }
  return `"${String(value)}"`;
}
