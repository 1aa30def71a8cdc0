import { bareHost } from '../../core/hosts.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { pairPaths } from '../../core/paths.js';
import type {
  OwnCertificate,
  ProjectEvidence,
  ProjectSettings,
} from '../../plan/diagnosis/project-evidence.js';
import { ownPages, targetOf } from '../../plan/diagnosis/project-target.js';
import { covers } from '../certs/certificate.js';
import { factsOf } from './chain.js';
import { lookAt, type Looked, type Place } from './files.js';
import { isCreatable, isUsual, pairOf, type Trio } from './pair.js';

/** What is found of the files by which TLS is spoken. */
type Found = Pick<
  ProjectEvidence,
  'speaker' | 'files' | 'development' | 'creatable' | 'pair' | 'certificate'
>;

/** Nobody speaks TLS, or by files that are not known. */
export const noFiles: Found = {
  speaker: 'nobody',
  files: [],
  development: false,
  creatable: false,
};

interface Wanted {
  directory: string;
  settings: ProjectSettings;
  proxied: boolean;
  passphrase: string;
  /** The project was made for files of somebody's own. */
  own: boolean;
}

/** The proxy of `npm run proxy` reads files of the project, one elsewhere does not. */
function speakerOf({
  settings,
  proxied,
}: Pick<Wanted, 'settings' | 'proxied'>): ProjectEvidence['speaker'] {
  if (settings.HTTPS) {
    return 'service';
  }
  const { secure, host } = targetOf({ settings, proxied });
  return proxied && secure && isLoopbackHost(host) ? 'proxy' : 'nobody';
}

/** The files that the one who speaks TLS is given. */
function pathsFor(
  speaker: ProjectEvidence['speaker'],
  { PRIV_KEY, CERT_KEY, CA_CERT }: ProjectSettings,
) {
  return speaker === 'proxy'
    ? { PRIV_KEY: pairPaths.keyFile, CERT_KEY: pairPaths.certFile, CA_CERT: '' }
    : { PRIV_KEY, CERT_KEY, CA_CERT };
}

/** The hosts of which one must be on the certificate, and those by which the service serves pages. */
function hostsOf({ settings, proxied }: Wanted): string[] {
  const own = ownPages(settings).map(({ hostname }) => bareHost(hostname));
  const { host } = targetOf({ settings, proxied });
  return [...new Set(proxied ? [host] : [host, ...own])];
}

function certificateOf({ certificate }: Looked, wanted: Wanted): OwnCertificate | undefined {
  if (certificate === undefined) {
    return undefined;
  }
  const { host } = targetOf(wanted);
  return {
    facts: factsOf(certificate, host),
    hosts: hostsOf(wanted).map((each) => ({ host: each, covered: covers(certificate, each) })),
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

/** @returns what the files of a project hold, by which it speaks TLS. Never throws. */
export function findFiles(wanted: Wanted): Found {
  const speaker = speakerOf(wanted);
  if (speaker === 'nobody') {
    return noFiles;
  }
  const paths = pathsFor(speaker, wanted.settings);
  const trio = trioOf(paths, wanted);
  const pair = pairOf(trio, wanted.passphrase);
  const certificate = certificateOf(trio.certificate, wanted);
  return {
    speaker,
    files: [trio.key, trio.certificate, trio.chain].flatMap((each) => each?.evidence ?? []),
    development: !(wanted.own && speaker === 'service') && isUsual(paths),
    creatable: isCreatable(trio, paths),
    ...(pair === undefined ? {} : { pair }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
