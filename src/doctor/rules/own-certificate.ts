import { hasEnded, hasShortKey, keyText, otherUsages, periodText } from './certificate-facts.js';
import type { CertificateFacts, Evidence } from '../evidence.js';
import { isServed, pathOf } from './own-certificate-facts.js';
import type { OwnCertificate } from '../project-evidence.js';
import { severityOf, renewPair } from './project-words.js';
import { nameRule } from './own-names.js';
import { dateText } from './signals.js';
import type { Finding, Rule } from './verdict.js';

/** The certificate in the file, if it is not the one that the server sends. */
function unserved(evidence: Evidence): OwnCertificate | undefined {
  return isServed(evidence) ? undefined : evidence.project?.certificate;
}

const renew = 'Renew the certificate, and save it as the file in CERT_KEY.';

/** A rule about the contents of the certificate. */
function row(
  code: Rule['code'],
  say: (
    facts: CertificateFacts,
    evidence: Evidence,
  ) => Pick<Finding, 'cause' | 'evidence' | 'clients'> | undefined,
  fix = renew,
): Rule {
  return {
    code,
    stage: 'files',
    judge: (evidence) => {
      const certificate = unserved(evidence);
      const said = certificate === undefined ? undefined : say(certificate.facts, evidence);
      return said === undefined
        ? undefined
        : { ...severityOf(evidence), ...said, ...renewPair(evidence, fix) };
    },
  };
}

export const ownCertificateRules: Rule[] = [
  row('expired', (facts, evidence) =>
    hasEnded(facts, evidence.surroundings.now)
      ? {
          cause: `The certificate ${pathOf(evidence)} has expired.`,
          evidence: periodText(facts),
        }
      : undefined,
  ),
  row(
    'not-yet-valid',
    ({ validFrom }, evidence) =>
      validFrom <= evidence.surroundings.now
        ? undefined
        : {
            cause: `The certificate ${pathOf(evidence)} is not valid yet, or this machine's clock is wrong.`,
            evidence: `It is valid from ${dateText(validFrom)}. This machine's clock says ${dateText(evidence.surroundings.now)}.`,
          },
    "Check this machine's clock, or get a new certificate.",
  ),
  nameRule,
  row('no-subject-alt-name', (facts, evidence) =>
    facts.names !== undefined
      ? undefined
      : {
          cause: `The service refuses the certificate ${pathOf(evidence)}: it has no subjectAltName, where clients look for names.`,
          evidence:
            facts.commonName === undefined
              ? 'It contains no name.'
              : `Only its subject has a name: "${facts.commonName}".`,
        },
  ),
  row('not-a-server-certificate', (facts, evidence) => {
    const usages = otherUsages(facts);
    return usages === undefined
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} is not for use by servers.`,
          evidence: usages,
        };
  }),
  row('weak-key', (facts, evidence) => {
    const short = hasShortKey(facts);
    if (!short && !facts.weakSignature) {
      return undefined;
    }
    return {
      // Chromium accepts short keys from CAs that its user has added, but not such a signature.
      ...(facts.weakSignature ? {} : { clients: ['node', 'system'] }),
      cause: short
        ? `The key of the certificate ${pathOf(evidence)} is too short for OpenSSL, which Node.js and curl use.`
        : `The certificate ${pathOf(evidence)} is signed with MD5 or SHA-1. Clients refuse such signatures.`,
      evidence: keyText(facts),
    };
  }),
];
