import { quoteCommand } from '../../core/quote.js';
import { isOpen } from './left.js';
import { installable, type TrustRow } from './rows.js';

/**
 * @returns whether an installation succeeded: every store that it may change trusts the CA, as far as
 * that is known
 */
export function isGood(rows: TrustRow[]): boolean {
  const counted = rows.filter(({ store }) => installable.includes(store));
  return !counted.some((row) => row.state === 'not-trusted' && isOpen(row));
}

/** @returns what was added in addition to mkcert's own work, and how to undo all of it */
export function addedText(added: TrustRow[]): string {
  const places = added.map(({ title, path = '' }) => `Added for ${title} with certutil: ${path}`);
  const undo = [['mkcert', '-uninstall'], ...added.flatMap((row) => row.undo)];
  return [...places, 'To undo this:', ...undo.map((command) => `  ${quoteCommand(command)}`)].join(
    '\n',
  );
}

interface Failure {
  /** What mkcert printed when it failed. */
  said: string;
  rows: TrustRow[];
  /** What certutil printed, each after the store's name. */
  failures: string[];
}

const pem = /-----BEGIN [^-]+-----[^]*?-----END [^-]+-----\n?/g;

/** @returns why an installation failed, without a certificate that mkcert printed */
export function failedText({ said, rows, failures }: Failure): string {
  const open = rows.filter((row) => isOpen(row) && !['windows', 'host'].includes(row.store));
  const lines = open.map(({ title, note }) =>
    [`${title} does not trust the CA.`, ...(note === undefined ? [] : [note])].join(' '),
  );
  return [said.replaceAll(pem, '').trim(), ...failures, ...lines]
    .filter((line) => line !== '')
    .join('\n');
}
