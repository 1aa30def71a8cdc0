import { trustCommand } from '../options/repeat.js';
import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { isIssuedHere } from '../pair/judge.js';
import { findProgram, mkcertInstaller, runningPackageManager } from '../io/probes.js';
import { checkTrust, type Trust } from '../trust/check.js';
import type { AnyStep } from '../plan/report.js';
import { commandsLeft } from '../trust/table/left.js';

/** What was asked for by name is not left out in silence, as `--yes` alone leaves it out. */
export function requireMkcert(flag: string): void {
  if (findProgram('mkcert') !== undefined) {
    return;
  }
  const install = mkcertInstaller();
  const way =
    install === undefined
      ? 'see https://github.com/FiloSottile/mkcert'
      : `run: ${quoteCommand(install)}`;
  throw new UserError(
    `${flag} needs mkcert, which is not installed.`,
    `Leave out ${flag}, or ${way}`,
    { code: 'missing-program', stage: 'answers' },
  );
}

/** @returns whether a step has made a certificate, or found a good one */
export function hasCertificate(results: AnyStep[]): boolean {
  return results.some(
    ({ group, status }) => group === 'certificate' && (status === 'done' || status === 'already'),
  );
}

interface Run {
  directory: string;
  results: AnyStep[];
}

/** @returns who trusts the certificate; nothing where there is none, or one of another CA */
export async function trustBehind({ directory, results }: Run): Promise<Trust | undefined> {
  if (!hasCertificate(results) || !isIssuedHere(directory)) {
    return undefined;
  }
  return checkTrust();
}

interface Judged {
  trust: Trust | undefined;
  results: AnyStep[];
  /** The version of this package. */
  version: string;
}

/** @returns the commands after which the rest of this machine trusts the CA, too */
export function openTrust({ trust, results, version }: Judged): string[][] {
  if (trust === undefined) {
    return [];
  }
  // What could not be looked up is not done again behind an installation that went well.
  const done = results.some(({ group, status }) => group === 'trust' && status === 'done');
  const rows = trust.rows.filter(({ state }) => !done || state !== 'unknown');
  return commandsLeft({ ...trust, rows }, trustCommand(version, runningPackageManager()));
}
