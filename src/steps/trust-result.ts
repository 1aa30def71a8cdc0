import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { isIssuedHere } from '../pair/judge.js';
import { mkcertInstaller } from '../io/environment.js';
import { findProgram } from '../io/programs.js';
import { checkTrust, type Trust } from '../trust/check.js';
import { remainingCommands } from '../trust/table/remaining.js';
import type { StepResult } from './plan/step.js';

/** An explicit flag must not be skipped silently. */
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

/** @returns whether a step created a certificate or found a good one */
export function hasCertificate(results: StepResult[]): boolean {
  return results.some(
    ({ group, status }) => group === 'certificate' && (status === 'done' || status === 'already'),
  );
}

interface Run {
  directory: string;
  results: StepResult[];
}

/**
 * @returns which clients trust the certificate; undefined without one, if another CA signed it, or if
 *   that cannot be checked
 */
export async function trustAfter({ directory, results }: Run): Promise<Trust | undefined> {
  if (!hasCertificate(results) || !isIssuedHere(directory)) {
    return undefined;
  }
  try {
    return await checkTrust();
  } catch {
    // The files are in place: a store that cannot be read must not cost the summary.
    return undefined;
  }
}

interface Judged {
  trust: Trust | undefined;
  results: StepResult[];
  /** The words that start this program. */
  program: string[];
}

/** @returns the commands that make the other clients of this machine trust the CA */
export function openTrust({ trust, results, program }: Judged): string[][] {
  if (trust === undefined) {
    return [];
  }
  // After a successful installation, unknown stores are not repeated.
  const done = results.some(({ group, status }) => group === 'trust' && status === 'done');
  const rows = trust.rows.filter(({ state }) => !done || state !== 'unknown');
  return remainingCommands({ ...trust, rows }, [...program, 'certs', '--install']);
}
