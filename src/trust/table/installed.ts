import { quoteCommand } from '../../core/quote.js';
import { isOpen } from './left.js';
import { installable, type TrustRow } from './rows.js';

/**
 * @returns whether an installation has reached what it was to reach: each store that it may write to
 * trusts the CA, as far as it can be looked up
 */
export function isGood(rows: TrustRow[]): boolean {
  const counted = rows.filter(({ store }) => installable.includes(store));
  return !counted.some((row) => row.state === 'not-trusted' && isOpen(row));
}

/** @returns what was added beside mkcert's own work, and how all of it is taken back */
export function addedText(added: TrustRow[]): string {
  const places = added.map(({ title, path = '' }) => `Added for ${title} with certutil: ${path}`);
  const undo = [['mkcert', '-uninstall'], ...added.flatMap((row) => row.undo)];
  return [
    ...places,
    'To take it back:',
    ...undo.map((command) => `  ${quoteCommand(command)}`),
  ].join('\n');
}

interface Failure {
  /** What mkcert printed, where it failed. */
  said: string;
  rows: TrustRow[];
  /** What certutil said, each behind the store's name. */
  failures: string[];
}

const pem = /-----BEGIN [^-]+-----[^]*?-----END [^-]+-----\n?/g;

/** @returns why an installation is not whole; a certificate that mkcert printed is left out */
export function failedText({ said, rows, failures }: Failure): string {
  const open = rows.filter((row) => isOpen(row) && !['windows', 'host'].includes(row.store));
  const lines = open.map(({ title, note }) =>
    [`${title} does not trust the CA.`, ...(note === undefined ? [] : [note])].join(' '),
  );
  return [said.replaceAll(pem, '').trim(), ...failures, ...lines]
    .filter((line) => line !== '')
    .join('\n');
}
