import type {
  Database,
  Evidence,
  NodeEvidence,
  SystemEvidence,
} from '../../src/trust/table/evidence.js';

/** The fields that a test changes, on a machine on which nothing trusts the CA yet. */
export interface Differing extends Partial<Omit<Evidence, 'system' | 'node' | 'tools'>> {
  system?: Partial<SystemEvidence>;
  node?: Partial<NodeEvidence>;
  tools?: Partial<Evidence['tools']>;
}

export const rootPath = '/home/me/ca/rootCA.pem';
const apt = { words: ['sudo', 'apt-get', 'install'], mkcert: 'mkcert', certutil: 'libnss3-tools' };

/** A Debian with mkcert and certutil, on which nothing trusts the CA. */
const debian: Evidence = {
  platform: 'linux',
  authority: { path: rootPath, name: 'mkcert development CA 171', serial: 'AB' },
  tools: { mkcert: true, certutil: true, root: false, packages: apt },
  only: undefined,
  system: {
    path: '/etc/ssl/certs/ca-certificates.crt',
    holds: false,
    folderHolds: false,
    variables: {},
    anchors: {
      file: '/usr/local/share/ca-certificates/*.crt',
      refresh: ['update-ca-certificates'],
    },
  },
  databases: [],
  browsers: [],
  node: {
    version: '20.19.0',
    options: '',
    useSystem: false,
    verificationDisabled: false,
    joined: '/home/me/node-extra-ca-certs.pem',
  },
  container: false,
};

/** @returns the evidence of that machine with these differences */
export function evidenceOf({ system, node, tools, ...rest }: Differing = {}): Evidence {
  return {
    ...debian,
    ...rest,
    system: { ...debian.system, ...system },
    node: { ...debian.node, ...node },
    tools: { ...debian.tools, ...tools },
  };
}

/** @returns a database of Chromium, in the folder that a new Chromium creates */
export function chromium(differing: Partial<Database> = {}): Database {
  return {
    browser: 'chromium',
    title: 'Chromium',
    folder: '/home/me/.local/share/pki/nssdb',
    exists: true,
    answer: 'absent',
    ...differing,
  };
}

/** @returns a profile of Firefox */
export function firefox(differing: Partial<Database> = {}): Database {
  const folder = '/home/me/.mozilla/firefox/abc.default';
  return {
    ...chromium(),
    browser: 'firefox',
    title: 'Firefox (abc.default)',
    folder,
    ...differing,
  };
}
