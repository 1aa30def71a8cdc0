import { isDevelopmentHost } from '../../core/address-space.js';
import { localHosts } from '../../core/loopback.js';
import { pairPaths } from '../../core/paths.js';
import type { Evidence } from './evidence.js';
import type { Finding } from './verdict.js';

/** The names that a certificate has now, where a development CA made it for this machine. */
function namesNow({ tls, trust }: Evidence): string[] {
  const isDevelopment = trust?.signer === 'here' || trust?.signer === 'elsewhere';
  return isDevelopment ? (tls?.chain[0]?.names ?? []) : localHosts;
}

/**
 * The command that makes a development certificate for the host and all that the present one is for;
 * none for hosts on the internet.
 * @param sentence what to do, where no command does it
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
      ? ` For development: the command makes ${pairPaths.keyFile} and ${pairPaths.certFile} in the current folder; give both to the server.`
      : ' Then start the service again.';
  return { fix: sentence + where, commands: [[...surroundings.us, 'certs', ...hosts, ...replace]] };
}
