import { quoteCommand } from '../../core/quote.js';
import type { TrustRow, TrustState } from './rows.js';

const meanings: Record<TrustState, { mark: string; words: string }> = {
  trusted: { mark: '✓', words: 'trusted' },
  'not-trusted': { mark: '✗', words: 'not trusted' },
  'not-present': { mark: '-', words: 'not found' },
  unknown: { mark: '?', words: 'unknown' },
};

const columns = 80;
const indent = '      ';

/** Breaks a sentence between words. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= columns - indent.length) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines;
}

function rowText({ title, clients, state, note, fix }: TrustRow, width: number): string[] {
  const { mark, words } = meanings[state];
  const under = [
    ...(note === undefined ? [] : wrapped(note)),
    // A command stays on one line so that it can be copied.
    ...fix.map((command) => `$ ${quoteCommand(command)}`),
  ];
  return [
    `  ${mark} ${title.padEnd(width)}  ${words.padEnd(11)}  ${clients}`,
    ...under.map((line) => indent + line),
  ];
}

/** @returns the trust table as text: which clients trust the CA, with a fix for the others */
export function trustText(rows: TrustRow[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  const lines = rows.flatMap((row) => rowText(row, width));
  return ["Which clients trust this machine's development CA", ...lines].join('\n');
}
