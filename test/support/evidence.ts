import { rowsOf, stores } from '../../src/trust/check.js';
import type { NodeEvidence } from '../../src/trust/stores/node.js';
import type { WindowsEvidence } from '../../src/trust/stores/windows.js';
import type { SystemLists } from '../../src/trust/system-lists.js';
import type { QueriedDatabase } from '../../src/trust/table/database.js';
import type { Machine } from '../../src/trust/table/machine.js';
import type { TrustRow } from '../../src/trust/table/row.js';

type Browser = 'chromium' | 'firefox';
type Database = QueriedDatabase & { browser: Browser };

/** What is known about a machine and its trust stores. */
interface Evidence extends Machine {
  system: SystemLists;
  databases: Database[];
  /** The installed browsers, with or without a database. */
  browsers: Browser[];
  node: NodeEvidence;
  windows?: WindowsEvidence;
  container: boolean;
  /** The profiles of Firefox that do not read the system's store. */
  separate: string[];
}

/** The fields that a test changes, on a machine on which nothing trusts the CA yet. */
export interface Differing extends Partial<Omit<Evidence, 'system' | 'node' | 'tools'>> {
  system?: Partial<SystemLists>;
  node?: Partial<NodeEvidence>;
  tools?: Partial<Evidence['tools']>;
}

export const rootPath = '/home/me/ca/rootCA.pem';
const apt = { words: ['sudo', 'apt-get', 'install'], mkcert: 'mkcert', certutil: 'libnss3-tools' };

/** A Debian with mkcert and certutil, on which nothing trusts the CA. */
const debian: Evidence = {
  platform: 'linux',
  ca: { path: rootPath, name: 'mkcert development CA 171', serial: 'AB' },
  tools: { mkcert: true, certutil: true, root: false, packages: apt },
  trustStores: undefined,
  system: {
    path: '/etc/ssl/certs/ca-certificates.crt',
    hasCa: false,
    folderHasCa: false,
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
  separate: [],
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

function browserEvidence(name: Browser, machine: Evidence) {
  const { databases, browsers, system, separate } = machine;
  return {
    databases: databases.filter(({ browser }) => browser === name),
    installed: browsers.includes(name),
    systemHasCa: system.hasCa,
    separate,
  };
}

/** @returns the trust table of a machine that is not this one */
export function trustTable(machine: Evidence): TrustRow[] {
  const { system, node, windows, container } = machine;
  const evidence: Record<string, unknown> = {
    system,
    chromium: browserEvidence('chromium', machine),
    firefox: browserEvidence('firefox', machine),
    windows,
    host: container,
    node: { ...node, system },
  };
  return stores.flatMap((store) => rowsOf(store, evidence[store.name], machine));
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
