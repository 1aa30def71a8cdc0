import { quoteCommand } from '../../core/quote.js';
import { wrapped } from '../../core/wrap.js';
import { isFixable, type TrustRow, type TrustState } from './row.js';

const meanings: Record<TrustState, { mark: string; words: string }> = {
  trusted: { mark: '✓', words: 'trusted' },
  'not-trusted': { mark: '✗', words: 'not trusted' },
  'not-present': { mark: '-', words: 'not found' },
  unknown: { mark: '?', words: 'unknown' },
};

const others =
  'Not checked: Java (its own keystore, see keytool), Deno (DENO_TLS_CA_STORE=system), Bun (NODE_EXTRA_CA_CERTS).';

const indent = '      ';

function rowText({ title, clients, state, note, fix }: TrustRow, width: number): string[] {
  const { mark, words } = meanings[state];
  return [
    ...wrapped(clients, indent, `  ${mark} ${title.padEnd(width)}  ${words.padEnd(11)}  `),
    ...(note === undefined ? [] : wrapped(note, indent)),
    // A command stays on one line so that it can be copied.
    ...fix.map((command) => `${indent}$ ${quoteCommand(command)}`),
  ];
}

/** @returns the trust table as text: which clients trust the CA, with a fix for the others */
export function trustText(rows: TrustRow[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  const lines = rows.flatMap((row) => rowText(row, width));
  const note = wrapped(others, '  ');
  return ["Which clients trust this machine's development CA", ...lines, ...note].join('\n');
}

function titlesOf(rows: TrustRow[]): string {
  return rows.map(({ title }) => title).join(', ');
}

/** @returns the trust table in one line; undefined if no store is known */
export function trustLine(rows: TrustRow[]): string | undefined {
  const open = rows.filter(isFixable);
  if (open.length > 0) {
    return `Certificate not trusted yet by ${titlesOf(open)}: see the commands below`;
  }
  const trusted = rows.filter(({ state }) => state === 'trusted');
  return trusted.length === 0 ? undefined : `Certificate trusted by ${titlesOf(trusted)}`;
}
