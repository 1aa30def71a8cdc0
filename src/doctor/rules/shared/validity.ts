import type { Evidence } from '../../evidence.js';
import type { Finding } from '../../verdict.js';
import { affected, outdatedFor } from './refusals.js';
import { dateText, shortened } from './text.js';
import type { CertificateFacts } from '../../../core/certificate-facts.js';

/** A larger difference means that a clock is wrong, not only slow; in milliseconds. */
const clockDrift = 10 * 60 * 1000;

/** @returns the certificates that clients need, from the server and from their stores */
export function neededChain(evidence: Evidence): CertificateFacts[] {
  const { tls, trust, surroundings } = evidence;
  const [own, ...others] = (tls?.chain ?? []).slice(0, trust?.needed);
  const stores = trust?.stores.filter(({ trusts }) => trusts === true) ?? [];
  // A verifier that accepts the chain has found another way.
  const isPassed = stores.length > 0 && outdatedFor(evidence).length === 0;
  const { now } = surroundings;
  const above = [...others, ...(trust?.above ?? [])].filter(
    (each) => !isPassed || !(hasEnded(each, now) || isEarly(each, now)),
  );
  return own === undefined ? [] : [own, ...above];
}

/** @returns the clients of a verdict about a date, if not all need the certificate */
export function affectedByDate(
  certificate: CertificateFacts,
  evidence: Evidence,
): Pick<Finding, 'clients' | 'browsers'> {
  const refused = outdatedFor(evidence);
  const isOwn = certificate === evidence.tls?.chain[0];
  return isOwn || refused.length === 0 ? {} : affected(refused, evidence);
}

/** @returns the subject of a sentence about a certificate that clients need */
export function certificateText(certificate: CertificateFacts, { tls, trust }: Evidence): string {
  if (certificate === tls?.chain[0]) {
    return "The server's certificate";
  }
  return trust?.above.includes(certificate) === true
    ? `The CA "${shortened(certificate.subject)}" in the trust store`
    : `The certificate "${shortened(certificate.subject)}", which the server also sends,`;
}

/** @returns whether it has ended, or ends at a time that cannot be read */
export function hasEnded({ validTo }: CertificateFacts, now: number): boolean {
  return !(validTo >= now);
}

/** @returns whether it begins later */
export function isEarly({ validFrom }: CertificateFacts, now: number): boolean {
  return validFrom > now;
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
