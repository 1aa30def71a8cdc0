import type { Evidence } from '../../evidence.js';
import { dateText, shortened } from './text.js';
import type { CertificateFacts } from '../../certificate-evidence.js';

/** A larger difference means that a clock is wrong, not only slow; in milliseconds. */
const clockDrift = 10 * 60 * 1000;

/** @returns the certificates that clients need, of all that the server sends */
export function neededChain({ tls, trust }: Evidence): CertificateFacts[] {
  return (tls?.chain ?? []).slice(0, trust?.needed);
}

/** @returns the subject of a sentence about a certificate that the server sends */
export function certificateText(certificate: CertificateFacts, { tls }: Evidence): string {
  return certificate === tls?.chain[0]
    ? "The server's certificate"
    : `The certificate "${shortened(certificate.subject)}", which the server also sends,`;
}

/** @returns whether it has ended, or ends at a time that cannot be read */
export function hasEnded({ validTo }: CertificateFacts, now: number): boolean {
  return !(validTo >= now);
}

export function periodText({ validFrom, validTo }: CertificateFacts): string {
  return `It is valid from ${dateText(validFrom)} to ${dateText(validTo)}.`;
}

/** How far the server's clock is from this machine's, in milliseconds; 0 if it sends no date. */
function driftOf({ upgrade, otherScheme, surroundings }: Evidence): number {
  const headers = (upgrade ?? otherScheme?.plain)?.answer?.headers;
  const theirs = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(theirs) ? 0 : theirs - surroundings.now;
}

/**
 * @returns what was seen and what to do if it is valid by the server's clock, so that this machine's
 * clock may be wrong
 */
export function clockDoubt({ validFrom, validTo }: CertificateFacts, evidence: Evidence) {
  const { now } = evidence.surroundings;
  const drift = driftOf(evidence);
  const theirs = now + drift;
  return Math.abs(drift) > clockDrift && theirs >= validFrom && theirs <= validTo
    ? {
        seen: ` This machine's clock says ${dateText(now)}, the server's clock ${dateText(theirs)}.`,
        fix: 'The clocks of this machine and the server differ. Set the wrong one.',
      }
    : undefined;
}
