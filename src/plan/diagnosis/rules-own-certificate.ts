import type { CertificateFacts, Evidence } from './evidence.js';
import { isServed, pathOf } from './own-certificate.js';
import type { OwnCertificate } from './project-evidence.js';
import { severityOf, wayOut } from './project-words.js';
import { nameRule } from './rule-own-names.js';
import { dateText } from './signals.js';
import type { Finding, Rule } from './verdict.js';

/** `id-kp-serverAuth` (RFC 5280, section 4.2.1.12); OpenSSL does not take `anyExtendedKeyUsage` for it. */
const serverUsages = ['1.3.6.1.5.5.7.3.1'];

/** What clients ask of RSA, in bits. */
const leastBits = 2048;

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

function keyText({ keyType, keyBits }: CertificateFacts): string {
  return `${keyType.toUpperCase()} key${keyBits === undefined ? '' : ` of ${keyBits} bits`}`;
}

export const ownCertificateRules: Rule[] = [
  row('expired', ({ validTo, validFrom }, evidence) =>
    validTo >= evidence.surroundings.now
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} has expired.`,
          evidence: `It is valid from ${dateText(validFrom)} to ${dateText(validTo)}.`,
        },
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
  row('not-a-server-certificate', ({ usages }, evidence) =>
    usages === undefined || usages.some((usage) => serverUsages.includes(usage))
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} may not be used by servers.`,
          evidence: `Its extended key usage is ${usages.join(', ')}, and not ${serverUsages[0]} (serverAuth).`,
        },
  ),
  row('weak-key', (facts, evidence) => {
    const short = facts.keyType === 'rsa' && (facts.keyBits ?? leastBits) < leastBits;
    if (!short && !facts.weakSignature) {
      return undefined;
    }
    return {
      // Chromium takes short keys of CAs that its user has added, and no such signature.
      ...(facts.weakSignature ? {} : { clients: ['node', 'system'] }),
      cause: short
        ? `The key of the certificate ${pathOf(evidence)} is too short for OpenSSL, and with it for Node.js and curl.`
        : `The certificate ${pathOf(evidence)} is signed with MD5 or SHA-1, which clients refuse.`,
      evidence: `${keyText(facts)}${facts.weakSignature ? ', signed with MD5 or SHA-1' : ''}.`,
    };
  }),
];
