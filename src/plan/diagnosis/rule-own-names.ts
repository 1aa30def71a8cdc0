import type { CertificateFacts, Evidence } from './evidence.js';
import { isEverywhere } from '../../core/loopback.js';
import { isServed, pathOf } from './own-certificate.js';
import type { OwnCertificate } from './project-evidence.js';
import { listed, severityOf, wayOut, type WayOut } from './project-words.js';
import type { Finding, Rule } from './verdict.js';

function namesText({ names }: CertificateFacts): string {
  return names === undefined ? 'It has no subjectAltName.' : `It is for ${names.join(', ')}.`;
}

/** The settings tell no name by which pages find the service, so that one is only supposed. */
function isSupposed({ project }: Evidence, { hosts }: OwnCertificate): boolean {
  return isEverywhere(project?.settings.HOST ?? '') && hosts.length === 1;
}

/** The script certs takes the names from package.json, and replaces no file. */
function namesFix(evidence: Evidence, { hosts }: OwnCertificate, missing: string[]): WayOut {
  const names = listed(missing);
  const { project, surroundings } = evidence;
  if (project?.development !== true) {
    return {
      fix: `Have a certificate issued that is for ${names} as well, or take it out of DOMAINS.`,
    };
  }
  const { fix } = wayOut(evidence, '');
  const all = hosts.map(({ host }) => host);
  return {
    fix: `Add ${names} to the script certs in package.json. ${fix}`,
    commands: [[...surroundings.us, 'certs', ...all, '--overwrite']],
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
    // The name that is asked for is judged by what the server sends.
    return undefined;
  }
  const names = missing.map(({ host }) => host);
  return {
    ...(first && !isSupposed(evidence, certificate)
      ? severityOf(evidence)
      : { severity: 'warning' as const }),
    cause: `The certificate ${pathOf(evidence)} is not for ${listed(names)}, by which pages are opened.`,
    evidence: namesText(certificate.facts),
    ...namesFix(evidence, certificate, names),
  };
}

/** The names by which pages find the service, against those on the certificate in the file. */
export const nameRule: Rule = { code: 'name-mismatch', stage: 'files', judge: nameFinding };
