import type { Evidence } from './evidence.js';
import type { Finding } from './verdict.js';

/** Hosts that a development CA may sign for: this machine, its network and reserved names. */
const local =
  /^(localhost|[^.]+|.*\.(localhost|test|local|internal|home\.arpa)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|::1|f[cd].*:.*)$/i;

/** The names that a certificate has now, if a development CA signed it. */
function namesNow({ tls, trust }: Evidence): string[] {
  const isDevelopment = trust?.signer === 'here' || trust?.signer === 'elsewhere';
  return isDevelopment ? (tls?.chain[0]?.names ?? []) : ['localhost', '127.0.0.1', '::1'];
}

/**
 * The command that creates a development certificate for the host and all names of the present one;
 * none for hosts on the internet.
 * @param sentence what to do without a command
 */
export function reissued(evidence: Evidence, sentence: string): Pick<Finding, 'fix' | 'commands'> {
  const { target, surroundings, project, trust } = evidence;
  if (!local.test(target.host)) {
    return { fix: sentence };
  }
  const hosts = [...new Set([...namesNow(evidence), target.host])];
  const replace = trust?.signer === 'here' ? [] : ['--overwrite'];
  const where =
    project === undefined
      ? ' For development, this command creates certs/key.pem and certs/cert.pem in the current folder. Configure the server to use both.'
      : ' Then restart the service.';
  return {
    fix: sentence + where,
    commands: [[...surroundings.ownCommand, 'certs', ...hosts, ...replace]],
  };
}
