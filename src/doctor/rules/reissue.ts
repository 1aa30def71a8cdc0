import { isDevelopmentHost } from '../../core/address-space.js';
import { localHosts } from '../../core/loopback.js';
import { pairPaths } from '../../core/paths.js';
import type { Evidence } from '../evidence.js';
import type { Finding } from './verdict.js';

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
export function reissued(evidence: Evidence, sentence: string): Pick<Finding, 'fix' | 'commands'> {
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
