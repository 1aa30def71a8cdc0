import { quoteCommand } from '../../core/quote.js';
import { isFixable, isInstallable, type TrustRow } from './row.js';

/**
 * @returns whether an installation succeeded: every store that it may change trusts the CA, as far as
 * that is known
 */
export function isComplete(rows: TrustRow[]): boolean {
  return !rows.filter(isInstallable).some((row) => row.state === 'not-trusted' && isFixable(row));
}

/** @returns what was added in addition to mkcert's own work, and how to undo all of it */
export function addedText(added: TrustRow[]): string {
  const databases = added.map(
    ({ title, path = '' }) => `Added for ${title} with certutil: ${path}`,
  );
  const undo = [['mkcert', '-uninstall'], ...added.flatMap((row) => row.undo)];
  return [
    ...databases,
    'To undo this:',
    ...undo.map((command) => `  ${quoteCommand(command)}`),
  ].join('\n');
}

interface Failure {
  /** What mkcert printed when it failed. */
  output: string;
  rows: TrustRow[];
  /** What certutil printed, each after the store's name. */
  failures: string[];
}

const pem = /-----BEGIN [^-]+-----[^]*?-----END [^-]+-----\n?/g;

/** @returns why an installation failed, without a certificate that mkcert printed */
export function failedText({ output, rows, failures }: Failure): string {
  const open = rows.filter(isInstallable).filter(isFixable);
  const lines = open.map(({ title, note }) =>
    [`${title} does not trust the CA.`, ...(note === undefined ? [] : [note])].join(' '),
  );
  return [output.replaceAll(pem, '').trim(), ...failures, ...lines]
    .filter((line) => line !== '')
    .join('\n');
}
