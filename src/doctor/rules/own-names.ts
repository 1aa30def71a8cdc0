import type { CertificateFacts, Evidence } from '../evidence.js';
import { isEverywhere } from '../../core/loopback.js';
import { isServed, pathOf } from './own-certificate-facts.js';
import type { OwnCertificate } from '../project-evidence.js';
import { listed, severityOf, renewPair, type Remedy } from './project-words.js';
import type { Finding, Rule } from './verdict.js';

function namesText({ names }: CertificateFacts): string {
  return names === undefined ? 'It has no subjectAltName.' : `It is for ${names.join(', ')}.`;
}

/** The settings do not say by which host name pages find the service, so it is only assumed. */
function isSupposed({ project }: Evidence, { hosts }: OwnCertificate): boolean {
  return isEverywhere(project?.settings.HOST ?? '') && hosts.length === 1;
}

/** The script certs takes the names from package.json. It does not replace files. */
function namesFix(evidence: Evidence, { hosts }: OwnCertificate, missing: string[]): Remedy {
  const names = listed(missing);
  const { project, surroundings } = evidence;
  if (project?.development !== true) {
    return {
      fix: `Get a certificate that is also valid for ${names}, or remove it from DOMAINS.`,
    };
  }
  const { fix } = renewPair(evidence, '');
  const all = hosts.map(({ host }) => host);
  return {
    fix: `Add ${names} to the script certs in package.json. ${fix}`,
    commands: [[...surroundings.ownCommand, 'certs', ...all, '--overwrite']],
  };
}

function nameFinding(evidence: Evidence): Finding | undefined {
  const { certificate } = evidence.project ?? {};
  const missing = certificate?.hosts.filter(({ covered }) => !covered) ?? [];
  if (certificate?.facts.names === undefined || missing.length === 0) {
    return undefined;
  }
  const first = certificate.hosts[0]?.covered === false;
  if (first && isServed(evidence)) {
    // The certificate that the server sends is judged for this name elsewhere.
    return undefined;
  }
  const names = missing.map(({ host }) => host);
  return {
    ...(first && !isSupposed(evidence, certificate)
      ? severityOf(evidence)
      : { severity: 'warning' as const }),
    cause: `The certificate ${pathOf(evidence)} is not valid for ${listed(names)}, which pages use.`,
    evidence: namesText(certificate.facts),
    ...namesFix(evidence, certificate, names),
  };
}

/** Compares the host names that pages use with the names in the certificate file. */
export const nameRule: Rule = { code: 'name-mismatch', stage: 'files', judge: nameFinding };
