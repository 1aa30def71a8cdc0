import { isDevelopmentHost } from '../../../core/address-space.js';
import { isLoopbackHost, localHosts } from '../../../core/loopback.js';
import { pairPaths } from '../../../core/paths.js';
import type { Evidence } from '../../evidence.js';
import type { FileEvidence } from '../../project-evidence.js';
import type { Finding } from '../../verdict.js';
import { installFirst, placeOf, runScripts } from './project-files.js';

/** What to do, with the commands for it. */
export type Remedy = Pick<Finding, 'fix' | 'commands'>;

/** The names that a certificate has now, if a development CA signed it. */
function namesNow({ tls, trust }: Evidence): string[] {
  const isDevelopment = trust?.signer === 'here' || trust?.signer === 'elsewhere';
  return isDevelopment ? (tls?.chain[0]?.names ?? []) : localHosts;
}

/** A certificate of another CA than one for development: it is never replaced in a project. */
function isReal({ trust }: Evidence): boolean {
  return trust?.signer === 'other';
}

/** It is also for other machines, so a development certificate does not take its place. */
function isForOthers({ tls }: Evidence): boolean {
  const names = tls?.chain[0]?.names ?? [];
  return names.some((name) => !isLoopbackHost(name.replace(/^DNS:/, '')));
}

/** How this machine comes to trust the CA that signs the new pair. */
const trustText =
  ' With mkcert, add --install: the clients of this machine then trust it. Other machines need its CA, too.';

/** What to do with a new pair in the current folder. */
function useText({ project }: Evidence): string {
  if (project === undefined) {
    return ` For development, this command creates ${pairPaths.keyFile} and ${pairPaths.certFile} in the current folder. Configure the server to use both.`;
  }
  const { PRIV_KEY, CERT_KEY } = project.settings;
  const isUsed = PRIV_KEY === pairPaths.keyFile && CERT_KEY === pairPaths.certFile;
  return isUsed
    ? ' Then restart the service.'
    : ` For development, create one in the project's folder. Then set PRIV_KEY=${pairPaths.keyFile} and CERT_KEY=${pairPaths.certFile} ${placeOf(project, 'PRIV_KEY', 'CERT_KEY')}, and restart the service.`;
}

/**
 * The command that creates a development certificate for the host and all names of the present one;
 * none for hosts on the internet, and none that replaces a real certificate.
 * @param sentence what to do without a command
 */
export function renewServed(evidence: Evidence, sentence: string): Remedy {
  const { target, surroundings, project, trust } = evidence;
  const isKept = isReal(evidence) && (project?.development === true || isForOthers(evidence));
  if (!isDevelopmentHost(target.host) || isKept) {
    return { fix: sentence };
  }
  const hosts = [...new Set([...namesNow(evidence), target.host])];
  const replace = trust?.signer === 'here' ? [] : ['--overwrite'];
  return {
    fix: sentence + useText(evidence) + (trust?.signer === 'here' ? '' : trustText),
    commands: [[...surroundings.ownCommand, 'certs', ...hosts, ...replace]],
  };
}

/**
 * @param files the wrong files; a new pair only helps if the key or the certificate is among them
 * @param own what to do about the user's own files
 * @returns how to get a good key and certificate: with the project's script if it creates them
 */
export function renewPair(
  evidence: Evidence,
  own: string,
  files: Pick<FileEvidence, 'role'>[] = [{ role: 'certificate' }],
): Remedy {
  const { project, surroundings } = evidence;
  const aboutPair = files.some(({ role }) => role !== 'chain');
  if (project === undefined || !project.development || !aboutPair || isReal(evidence)) {
    return { fix: own };
  }
  return project.creatable
    ? {
        fix: `${installFirst(project)}Create both, in the project's folder.`,
        commands: runScripts(project, ['certs']),
      }
    : {
        fix: "Replace both, in the project's folder. The script certs does not replace files.",
        commands: [[...surroundings.ownCommand, 'certs', '--overwrite']],
      };
}
