import { isAddress } from '../../core/hosts.js';
import { isEverywhere, localHosts } from '../../core/loopback.js';
import type { Evidence } from '../evidence.js';
import type { OwnCertificate } from '../project-evidence.js';
import type { Rule } from '../verdict.js';
import { isServed, pathOf } from './shared/certificate-file.js';
import { renewPair, renewServed, type Remedy } from './shared/certificate-fix.js';
import { placeholderOf } from './answers/placeholders.js';
import { severityOf } from './shared/project-files.js';
import { listed, someOf } from './shared/text.js';

/** The settings do not say by which host name pages find the service, so it is only assumed. */
function isSupposed({ project }: Evidence, { hosts }: OwnCertificate): boolean {
  return isEverywhere(project?.settings.HOST ?? '') && hosts.length === 1;
}

/** The script certs takes the names from package.json. It does not replace files. */
function namesFix(evidence: Evidence, { hosts }: OwnCertificate, missing: string[]): Remedy {
  const names = listed(missing);
  const { project, surroundings } = evidence;
  const own = `Get a certificate that is also valid for ${names}, or remove it from DOMAINS.`;
  const { fix, commands } = renewPair(evidence, own);
  if (project?.development !== true || commands === undefined) {
    return { fix: own };
  }
  // The script has the hosts of this machine from the start.
  const added = missing.filter((name) => !localHosts.includes(name));
  const script =
    added.length === 0 ? '' : `Add ${listed(added)} to the script certs in package.json. `;
  const all = hosts.map(({ host }) => host);
  return {
    fix: script + fix,
    commands: [[...surroundings.ownCommand, 'certs', ...all, '--overwrite']],
  };
}

/** Names that look as if they were valid for the host. */
function whyNot(names: string[], host: string): string {
  if (names.includes(`DNS:${host}`)) {
    return ' The address is written as a name: it must be an IP entry in subjectAltName.';
  }
  const wildcards = names.filter((name) => name.startsWith('*.') && host.endsWith(name.slice(1)));
  if (wildcards.some((name) => !name.slice(2).includes('.'))) {
    return ' Clients accept no wildcard directly below a top-level domain.';
  }
  return wildcards.length > 0 ? ' A wildcard is only valid for one label.' : '';
}

export const nameMismatch: Rule = {
  code: 'name-mismatch',
  meaning: 'the certificate is not valid for the host name',
  certificate: (evidence) => {
    const { names, covers, coversBySubject } = evidence.tls?.chain[0] ?? {};
    if (covers !== false || names === undefined || placeholderOf(evidence) !== undefined) {
      return undefined;
    }
    const { host } = evidence.target;
    const meant = names.filter((name) => !/[*:]/.test(name) || isAddress(name));
    const change =
      meant.length === 0 ? '' : `, or use one of its names in the URL: ${someOf(meant)}`;
    const bySubject =
      coversBySubject === true ? ' Node.js and curl accept the name in its subject.' : '';
    return {
      ...(coversBySubject === true ? { clients: ['browser'] } : {}),
      cause: `The server's certificate is not valid for ${host}.${whyNot(names, host)}`,
      evidence: `${names.length === 0 ? 'Its subjectAltName has no host name and no address.' : `It is valid for ${someOf(names)}.`}${bySubject}`,
      ...renewServed(evidence, `Get a certificate that is also valid for ${host}${change}.`),
    };
  },
  files: (evidence) => {
    const { certificate } = evidence.project ?? {};
    const missing = certificate?.hosts.filter(({ covered }) => !covered) ?? [];
    if (certificate?.facts.names === undefined || missing.length === 0) {
      return undefined;
    }
    const first = certificate.hosts[0]?.covered === false;
    if (first && isServed(evidence)) {
      // The certificate that the server sends is judged for this name above.
      return undefined;
    }
    const names = missing.map(({ host }) => host);
    const sure = first && !isSupposed(evidence, certificate);
    return {
      ...(sure ? severityOf(evidence) : { severity: 'warning' }),
      cause: `The certificate ${pathOf(evidence)} is not valid for ${listed(names)}, which pages use.`,
      evidence: `It is for ${someOf(certificate.facts.names)}.`,
      ...namesFix(evidence, certificate, names),
    };
  },
};
