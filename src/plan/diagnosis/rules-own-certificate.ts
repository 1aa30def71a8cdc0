import type { CertificateFacts, Evidence } from './evidence.js';
import type { OwnCertificate } from './project-evidence.js';
import { everywhere } from './project-target.js';
import { listed, severityOf, wayOut } from './project-words.js';
import { dateText } from './signals.js';
import type { Finding, Rule } from './verdict.js';

/** `id-kp-serverAuth` and `anyExtendedKeyUsage` (RFC 5280, section 4.2.1.12). */
const serverUsages = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** What clients ask of RSA, in bits. */
const leastBits = 2048;

/** What stands on a certificate, whatever host it is judged for. */
function identity(facts: CertificateFacts | undefined): string {
  return JSON.stringify({ ...facts, covers: true });
}

/** @returns whether the server sends what is in the file: it is judged where it is seen, then */
export function isServed({ project, tls }: Evidence): boolean {
  const own = project?.certificate?.facts;
  return own !== undefined && identity(own) === identity(tls?.chain[0]);
}

/** The certificate in the file, where nobody else judges it. */
function unserved(evidence: Evidence): OwnCertificate | undefined {
  return isServed(evidence) ? undefined : evidence.project?.certificate;
}

function pathOf({ project }: Evidence): string {
  return project?.files.find(({ role }) => role === 'certificate')?.path ?? 'the certificate';
}

function namesText({ names }: CertificateFacts): string {
  return names === undefined ? 'It has no subjectAltName.' : `It is for ${names.join(', ')}.`;
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

/** The settings tell no name by which pages find the service, so that one is only supposed. */
function isSupposed({ project }: Evidence, { hosts }: OwnCertificate): boolean {
  return everywhere.includes(project?.settings.HOST ?? '') && hosts.length === 1;
}

function namesFix(evidence: Evidence, missing: string[]): ReturnType<typeof wayOut> {
  const names = listed(missing);
  const { fix, commands = [] } = wayOut(evidence, '');
  return commands.length === 0
    ? { fix: `Have a certificate issued that is for ${names} as well, or take it out of DOMAINS.` }
    : { fix: `Add ${names} to the script certs in package.json. ${fix}`, commands };
}

function nameFinding(evidence: Evidence): Finding | undefined {
  const { certificate } = evidence.project ?? {};
  const missing =
    certificate?.hosts.filter(({ covered }) => !covered).map(({ host }) => host) ?? [];
  // What is asked for is judged by what the server sends, where it is the same.
  const told = isServed(evidence)
    ? missing.filter((host) => host !== evidence.target.host)
    : missing;
  if (certificate?.facts.names === undefined || told.length === 0) {
    return undefined;
  }
  const first = certificate.hosts[0]?.covered === false && !isServed(evidence);
  const blocks = first && !isSupposed(evidence, certificate);
  return {
    ...(blocks ? severityOf(evidence) : { severity: 'warning' as const }),
    cause: `The certificate ${pathOf(evidence)} is not for ${listed(told)}, by which pages are opened.`,
    evidence: namesText(certificate.facts),
    ...namesFix(evidence, told),
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
  { code: 'name-mismatch', stage: 'files', judge: nameFinding },
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
