import {
  hasEnded,
  hasShortKey,
  keyText,
  leastBits,
  otherUsages,
  periodText,
} from './certificate-facts.js';
import { everyClient, type Client } from '../client.js';
import { reissued } from './reissue.js';
import { dateText } from './signals.js';
import type { CertificateFacts, Evidence } from '../evidence.js';
import type { Rule } from './verdict.js';

/** A larger difference means that a clock is wrong, not only slow; in milliseconds. */
const clockDrift = 10 * 60 * 1000;

/** The server's own certificate. */
function own({ tls }: Evidence): CertificateFacts | undefined {
  return tls?.chain[0];
}

/** The certificates that clients need, of all that the server sends. */
function needed({ tls, trust }: Evidence): CertificateFacts[] {
  return (tls?.chain ?? []).slice(0, trust?.needed);
}

/** The subject of a sentence about a certificate. */
function titleOf(certificate: CertificateFacts, evidence: Evidence): string {
  return certificate === own(evidence)
    ? "The server's certificate"
    : `The certificate "${certificate.subject}", which the server also sends,`;
}

/** How far the server's clock is from this machine's, in milliseconds, if it sends a date. */
function driftOf({ upgrade, otherScheme, surroundings }: Evidence): number | undefined {
  const headers = (upgrade ?? otherScheme?.plain)?.answer?.headers;
  const theirs = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(theirs) ? undefined : theirs - surroundings.now;
}

/** Whether the certificate is valid by the server's clock, so that this machine's may be wrong. */
function isGoodThere({ validFrom, validTo }: CertificateFacts, evidence: Evidence): boolean {
  const drift = driftOf(evidence) ?? 0;
  const theirs = evidence.surroundings.now + drift;
  return Math.abs(drift) > clockDrift && theirs >= validFrom && theirs <= validTo;
}

/** Both times, if the clocks differ so much that it matters. */
function clockText(certificate: CertificateFacts, evidence: Evidence): string {
  const drift = driftOf(evidence) ?? 0;
  const theirs = dateText(evidence.surroundings.now + drift);
  return isGoodThere(certificate, evidence)
    ? ` This machine's clock says ${dateText(evidence.surroundings.now)}, the server's clock ${theirs}.`
    : '';
}

const clockFix = 'The clocks of this machine and the server differ. Set the wrong one.';

function namesText({ names, commonName }: CertificateFacts): string {
  if (names !== undefined) {
    return `It is valid for ${names.join(', ')}.`;
  }
  return commonName === undefined
    ? 'It contains no name.'
    : `Its subject has the name "${commonName}", but it has no subjectAltName.`;
}

/** The first major release of Node.js whose OpenSSL refuses keys with less than 2048 bits. */
const strictNode = 24;

/** Chromium accepts short keys from CAs that its user has added; earlier releases of Node.js do, too. */
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
        cause: `${titleOf(ended, evidence)} has expired.`,
        evidence: `${periodText(ended)}${clockText(ended, evidence)}`,
        ...(clock
          ? { fix: clockFix, alternatives: ['not-yet-valid'] }
          : reissued(
              evidence,
              'Renew it and restart the server: many servers only read their files at start.',
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
        cause: `${titleOf(early, evidence)} is not valid yet, or this machine's clock is wrong.`,
        evidence: `${periodText(early)} It is ${dateText(surroundings.now)} here.${clockText(early, evidence)}`,
        ...(clock
          ? { fix: clockFix, alternatives: ['expired'] }
          : { fix: 'Check the clocks of both machines, or get a new certificate.' }),
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
        meant.length === 0 ? '' : `, or use one of its names in the URL: ${meant.join(', ')}`;
      return {
        cause: `The server's certificate is not valid for ${host}.`,
        evidence: namesText(certificate),
        ...reissued(evidence, `Get a certificate that is also valid for ${host}${change}.`),
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
        cause: "The server's certificate has no subjectAltName, where clients look for names.",
        evidence: `${namesText(certificate)}${certificate.covers ? ' Node.js and curl still accept that.' : ''}`,
        ...reissued(evidence, `Get a certificate with ${host} as subjectAltName.`),
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
        cause: "The server's certificate is not for use by servers.",
        evidence: usages,
        ...reissued(evidence, 'Get a certificate for servers: with mkcert, leave out -client.'),
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
          ? `The server's RSA key has only ${keyBits} bits. OpenSSL refuses it, and so do Node.js 24 and later and curl.`
          : 'The certificate is signed with MD5 or SHA-1. Clients refuse such signatures.',
        evidence: keyText(weak),
        ...reissued(
          evidence,
          `Get a certificate for a P-256 key, or for an RSA key with at least ${leastBits} bits.`,
        ),
      };
    },
  },
];
