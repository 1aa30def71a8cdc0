import { isDevelopmentHost } from '../../../core/address-space.js';
import { localHosts } from '../../../core/loopback.js';
import { pairPaths } from '../../../core/paths.js';
import type { Evidence } from '../../evidence.js';
import type { FileEvidence } from '../../project-evidence.js';
import type { Finding } from '../../verdict.js';
import { scriptOf } from './project-files.js';

/** What to do, with the commands for it. */
export type Remedy = Pick<Finding, 'fix' | 'commands'>;

/** The names that a certificate has now, if a development CA signed it. */
function namesNow({ tls, trust }: Evidence): string[] {
  const isDevelopment = trust?.signer === 'here' || trust?.signer === 'elsewhere';
  return isDevelopment ? (tls?.chain[0]?.names ?? []) : localHosts;
}

/**
 * The command that creates a development certificate for the host and all names of the present one;
 * none for hosts on the internet.
 * @param sentence what to do without a command
 */
export function renewServed(evidence: Evidence, sentence: string): Remedy {
  const { target, surroundings, project, trust } = evidence;
  if (!isDevelopmentHost(target.host)) {
    return { fix: sentence };
  }
  const hosts = [...new Set([...namesNow(evidence), target.host])];
  const replace = trust?.signer === 'here' ? [] : ['--overwrite'];
  const where =
    project === undefined
      ? ` For development, this command creates ${pairPaths.keyFile} and ${pairPaths.certFile} in the current folder. Configure the server to use both.`
      : ' Then restart the service.';
  return {
    fix: sentence + where,
    commands: [[...surroundings.ownCommand, 'certs', ...hosts, ...replace]],
  };
}

/**
 * @param files the wrong files; a new pair only helps if the key or the certificate is among them
 * @param own what to do about the user's own files
 * @returns how to get a good key and certificate: with the project's script if it creates them
 */
export function renewPair(
  { project, surroundings }: Evidence,
  own: string,
  files: Pick<FileEvidence, 'role'>[] = [{ role: 'certificate' }],
): Remedy {
  const aboutPair = files.some(({ role }) => role !== 'chain');
  if (project === undefined || !project.development || !aboutPair) {
    return { fix: own };
  }
  return project.creatable
    ? { fix: "Create both, in the project's folder.", commands: [scriptOf(project, 'certs')] }
    : {
        fix: "Replace both, in the project's folder. The script certs does not replace files.",
        commands: [[...surroundings.ownCommand, 'certs', '--overwrite']],
      };
}
