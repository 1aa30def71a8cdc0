import {
  hasEnded,
  hasShortKey,
  keyText,
  leastBits,
  otherUsages,
  periodText,
} from './certificate-facts.js';
import { everyClient, type Client } from './client.js';
import { reissued } from './reissue.js';
import { dateText } from './signals.js';
import type { CertificateFacts, Evidence } from './evidence.js';
import type { Rule } from './verdict.js';

/** From this on a clock is wrong, and not only slow; in milliseconds. */
const clockDrift = 10 * 60 * 1000;

/** The server's own certificate. */
function own({ tls }: Evidence): CertificateFacts | undefined {
  return tls?.chain[0];
}

/** Those that clients need, of all that the server sends. */
function needed({ tls, trust }: Evidence): CertificateFacts[] {
  return (tls?.chain ?? []).slice(0, trust?.needed);
}

/** What a certificate is called in a sentence. */
function called(certificate: CertificateFacts, evidence: Evidence): string {
  return certificate === own(evidence)
    ? 'The certificate of the server'
    : `The certificate "${certificate.subject}" that the server sends along`;
}

/** How far the server's clock is from ours, in milliseconds, where it tells the time. */
function driftOf({ upgrade, otherScheme, surroundings }: Evidence): number | undefined {
  const headers = (upgrade ?? otherScheme?.plain)?.answer?.headers;
  const theirs = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(theirs) ? undefined : theirs - surroundings.now;
}

/** Whether the certificate is good by the server's clock, so that ours may be the wrong one. */
function isGoodThere({ validFrom, validTo }: CertificateFacts, evidence: Evidence): boolean {
  const drift = driftOf(evidence) ?? 0;
  const theirs = evidence.surroundings.now + drift;
  return Math.abs(drift) > clockDrift && theirs >= validFrom && theirs <= validTo;
}

/** What the clocks say, where they differ so far that it matters. */
function clockText(certificate: CertificateFacts, evidence: Evidence): string {
  const drift = driftOf(evidence) ?? 0;
  const theirs = dateText(evidence.surroundings.now + drift);
  return isGoodThere(certificate, evidence)
    ? ` This machine's clock says ${dateText(evidence.surroundings.now)}, the server's ${theirs}.`
    : '';
}

const clockFix = "Set this machine's clock, or the server's: they differ.";

function namesText({ names, commonName }: CertificateFacts): string {
  if (names !== undefined) {
    return `It is for ${names.join(', ')}.`;
  }
  return commonName === undefined
    ? 'It names nobody.'
    : `It names "${commonName}" in its subject, and nobody as subjectAltName.`;
}

/** The first major release of Node.js that has OpenSSL refuse keys of less than 2048 bits. */
const strictNode = 24;

/** Chromium takes short keys of CAs that its user has added, and earlier releases of Node.js do. */
function refusingShortKeys({ surroundings }: Evidence): Client[] {
  const major = Number(surroundings.node.split('.', 1)[0]);
  return major < strictNode ? ['system'] : ['node', 'system'];
}

export const certificateRules: Rule[] = [
  {
    code: 'expired',
    stage: 'certificate',
    judge: (evidence) => {
      const { surroundings } = evidence;
      const ended = needed(evidence).find((each) => hasEnded(each, surroundings.now));
      if (ended === undefined) {
        return undefined;
      }
      const clock = isGoodThere(ended, evidence);
      return {
        cause: `${called(ended, evidence)} has expired.`,
        evidence: `${periodText(ended)}${clockText(ended, evidence)}`,
        ...(clock
          ? { fix: clockFix, alternatives: ['not-yet-valid'] }
          : reissued(
              evidence,
              'Have it issued again, and let the server load it: many read their files at start alone.',
            )),
      };
    },
  },
  {
    code: 'not-yet-valid',
    stage: 'certificate',
    judge: (evidence) => {
      const { surroundings } = evidence;
      const early = needed(evidence).find(({ validFrom }) => validFrom > surroundings.now);
      if (early === undefined) {
        return undefined;
      }
      const clock = isGoodThere(early, evidence);
      return {
        cause: `${called(early, evidence)} is not valid yet, or this machine's clock is wrong.`,
        evidence: `${periodText(early)} It is ${dateText(surroundings.now)} here.${clockText(early, evidence)}`,
        ...(clock
          ? { fix: clockFix, alternatives: ['expired'] }
          : { fix: 'Look at the clocks of both machines, or have it issued again.' }),
      };
    },
  },
  {
    code: 'name-mismatch',
    stage: 'certificate',
    judge: (evidence) => {
      const certificate = own(evidence);
      if (certificate === undefined || certificate.covers || certificate.names === undefined) {
        return undefined;
      }
      const { host } = evidence.target;
      const meant = certificate.names.filter((name) => !name.includes('*'));
      const change =
        meant.length === 0 ? '' : `, or change the URL to one of its names: ${meant.join(', ')}`;
      return {
        cause: `The certificate of the server is not for ${host}.`,
        evidence: namesText(certificate),
        ...reissued(evidence, `Have it issued for ${host}, too${change}.`),
      };
    },
  },
  {
    code: 'no-subject-alt-name',
    stage: 'certificate',
    judge: (evidence) => {
      const certificate = own(evidence);
      if (certificate === undefined || certificate.names !== undefined) {
        return undefined;
      }
      const { host } = evidence.target;
      return {
        ...(certificate.covers ? { clients: ['browser'] } : {}),
        cause: 'The certificate of the server has no subjectAltName, where clients look for names.',
        evidence: `${namesText(certificate)}${certificate.covers ? ' Node.js and curl accept that still.' : ''}`,
        ...reissued(evidence, `Have it issued with ${host} as subjectAltName.`),
      };
    },
  },
  {
    code: 'not-a-server-certificate',
    stage: 'certificate',
    judge: (evidence) => {
      const certificate = own(evidence);
      const usages = certificate === undefined ? undefined : otherUsages(certificate);
      if (usages === undefined) {
        return undefined;
      }
      return {
        cause: 'The certificate may not be used by servers.',
        evidence: usages,
        ...reissued(evidence, 'Have it issued for servers: mkcert without -client does that.'),
      };
    },
  },
  {
    code: 'weak-key',
    stage: 'certificate',
    judge: (evidence) => {
      const weak = own(evidence);
      if (weak === undefined) {
        return undefined;
      }
      const { keyBits, weakSignature } = weak;
      const short = hasShortKey(weak);
      if (!short && !weakSignature) {
        return undefined;
      }
      return {
        clients: weakSignature ? everyClient : refusingShortKeys(evidence),
        cause: short
          ? `The RSA key of the server has ${keyBits} bits: OpenSSL, and with it Node.js from 24 on and curl, refuse it.`
          : 'The certificate is signed with MD5 or SHA-1, which clients refuse.',
        evidence: keyText(weak),
        ...reissued(
          evidence,
          `Have a certificate issued for a key of the curve P-256, or of RSA with at least ${leastBits} bits.`,
        ),
      };
    },
  },
];
