import { bareHost } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { pairPaths } from '../../core/paths.js';
import type { OwnCertificate, ProjectEvidence, ProjectSettings } from '../project-evidence.js';
import { ownPages, targetOf } from '../rules/shared/project-target.js';
import { covers } from '../../ca/read-certificate.js';
import { factsOf } from '../../ca/certificate-facts.js';
import { lookAt, type Looked, type Place } from './files.js';
import { isCreatable, isUsual, pairOf, type Trio } from './pair.js';

/** What was found out about the files for TLS. */
type Found = Pick<
  ProjectEvidence,
  'terminator' | 'files' | 'development' | 'creatable' | 'pair' | 'certificate'
>;

/** No TLS, or TLS with unknown files. */
export const noFiles: Found = {
  terminator: 'none',
  files: [],
  development: false,
  creatable: false,
};

interface Wanted {
  directory: string;
  settings: ProjectSettings;
  proxied: boolean;
  passphrase: string;
  /** The project was generated for the user's own files. */
  own: boolean;
}

/** The proxy of `npm run proxy` reads files of the project; a proxy elsewhere does not. */
function terminatorOf({
  settings,
  proxied,
}: Pick<Wanted, 'settings' | 'proxied'>): ProjectEvidence['terminator'] {
  if (settings.HTTPS) {
    return 'service';
  }
  const { secure, host } = targetOf({ settings, proxied });
  return proxied && secure && isLoopbackHost(host) ? 'proxy' : 'none';
}

/** The files that the TLS terminator uses. */
function pathsFor(
  terminator: ProjectEvidence['terminator'],
  { PRIV_KEY, CERT_KEY, CA_CERT }: ProjectSettings,
) {
  return terminator === 'proxy'
    ? { PRIV_KEY: pairPaths.keyFile, CERT_KEY: pairPaths.certFile, CA_CERT: '' }
    : { PRIV_KEY, CERT_KEY, CA_CERT };
}

/** The host of the socket, which the certificate must cover, and those of the service's pages. */
function hostsOf({ settings, proxied }: Wanted): string[] {
  const own = ownPages(settings).map(({ hostname }) => bareHost(hostname));
  const { host } = targetOf({ settings, proxied });
  return [...new Set(proxied ? [host] : [host, ...own])];
}

function certificateOf({ certificate }: Looked, wanted: Wanted): OwnCertificate | undefined {
  if (certificate === undefined) {
    return undefined;
  }
  const hosts = hostsOf(wanted).map((host) => ({ host, covered: covers(certificate, host) }));
  const { host: first } = targetOf({ ...wanted, certificate: { hosts } });
  const isFirst = ({ host }: { host: string }): boolean => host === first;
  return {
    facts: factsOf(certificate, first),
    hosts: [...hosts.filter(isFirst), ...hosts.filter((each) => !isFirst(each))],
  };
}

function trioOf(paths: ReturnType<typeof pathsFor>, { directory, passphrase }: Wanted): Trio {
  const look = (path: string, role: Place['role']): Looked =>
    lookAt({ directory, path, role }, passphrase);
  return {
    key: look(paths.PRIV_KEY, 'key'),
    certificate: look(paths.CERT_KEY, 'certificate'),
    chain: paths.CA_CERT === '' ? undefined : look(paths.CA_CERT, 'chain'),
  };
}

/** @returns the contents of a project's files for TLS. Never throws. */
export function findFiles(wanted: Wanted): Found {
  const terminator = terminatorOf(wanted);
  if (terminator === 'none') {
    return noFiles;
  }
  const paths = pathsFor(terminator, wanted.settings);
  const trio = trioOf(paths, wanted);
  const pair = pairOf(trio, wanted.passphrase);
  const certificate = certificateOf(trio.certificate, wanted);
  return {
    terminator,
    files: [trio.key, trio.certificate, trio.chain].flatMap((each) => each?.evidence ?? []),
    development: !(wanted.own && terminator === 'service') && isUsual(paths),
    creatable: isCreatable(trio, paths),
    ...(pair === undefined ? {} : { pair }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
