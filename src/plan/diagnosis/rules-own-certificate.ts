import { hasEnded, hasShortKey, keyText, otherUsages, periodText } from './certificate-facts.js';
import type { CertificateFacts, Evidence } from './evidence.js';
import { isServed, pathOf } from './own-certificate.js';
import type { OwnCertificate } from './project-evidence.js';
import { severityOf, wayOut } from './project-words.js';
import { nameRule } from './rule-own-names.js';
import { dateText } from './signals.js';
import type { Finding, Rule } from './verdict.js';

/** The certificate in the file, where nobody else judges it. */
function unserved(evidence: Evidence): OwnCertificate | undefined {
  return isServed(evidence) ? undefined : evidence.project?.certificate;
}

const renew = 'Have the certificate issued again, and put it where CERT_KEY says.';

/** A row about what is on the certificate alone. */
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
        : { ...severityOf(evidence), ...said, ...wayOut(evidence, fix) };
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
            evidence: `It is valid from ${dateText(validFrom)}, and here it is ${dateText(evidence.surroundings.now)}.`,
          },
    "Look at this machine's clock, or have the certificate issued again.",
  ),
  nameRule,
  row('no-subject-alt-name', (facts, evidence) =>
    facts.names !== undefined
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} has no subjectAltName, where clients look for names: the service refuses it.`,
          evidence: `It names "${facts.commonName ?? 'nobody'}" in its subject alone.`,
        },
  ),
  row('not-a-server-certificate', (facts, evidence) => {
    const usages = otherUsages(facts);
    return usages === undefined
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} may not be used by servers.`,
          evidence: usages,
        };
  }),
  row('weak-key', (facts, evidence) => {
    const short = hasShortKey(facts);
    if (!short && !facts.weakSignature) {
      return undefined;
    }
    return {
      // Chromium takes short keys of CAs that its user has added, and no such signature.
      ...(facts.weakSignature ? {} : { clients: ['node', 'system'] }),
      cause: short
        ? `The key of the certificate ${pathOf(evidence)} is too short for OpenSSL, and with it for Node.js and curl.`
        : `The certificate ${pathOf(evidence)} is signed with MD5 or SHA-1, which clients refuse.`,
      evidence: keyText(facts),
    };
  }),
];
