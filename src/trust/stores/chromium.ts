import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CaCertificate } from '../certificate.js';
import { chromiumPolicy } from '../chromium-policy.js';
import {
  browserRows,
  type BrowserEvidence,
  type NssDatabase,
  type QueriedDatabase,
} from '../table/database.js';
import { isFolder } from '../files.js';
import { hasDatabase, isInstalled, queryBrowser } from '../nss.js';
import type { TrustStore } from '../store.js';

/** The browsers, and the folder of the policies of each. */
const browsers: Record<string, string | undefined> = {
  chromium: '/etc/chromium',
  'chromium-browser': '/etc/chromium-browser',
  'google-chrome': '/etc/opt/chrome',
  'google-chrome-stable': '/etc/opt/chrome',
  'google-chrome-beta': '/etc/opt/chrome',
  'microsoft-edge': '/etc/opt/edge',
  'brave-browser': '/etc/brave',
  vivaldi: undefined,
};

const programs = Object.keys(browsers);

const about = { title: 'Chromium', clients: 'Chromium, Chrome, Edge, Brave, Vivaldi' };

/**
 * The database that Chromium reads: the old folder if it exists, even if it is empty, else the one in
 * the XDG data folder (docs/linux/cert_management.md of Chromium). mkcert 1.4.4 only knows the old one.
 */
function mainDatabase(): NssDatabase {
  const { title } = about;
  const old = join(homedir(), '.pki/nssdb');
  const dataHome = process.env['XDG_DATA_HOME'] ?? '';
  const xdg = join(dataHome === '' ? join(homedir(), '.local/share') : dataHome, 'pki/nssdb');
  if (!isFolder(old)) {
    return { title, folder: xdg };
  }
  return { title, folder: old, ...(hasDatabase(xdg) ? { ignored: xdg } : {}) };
}

/** @returns the databases of this user's Chromium and browsers like it */
export function chromiumDatabases(): NssDatabase[] {
  const snap = join(homedir(), 'snap/chromium/current/.pki/nssdb');
  const main = mainDatabase();
  const isUsed = isInstalled(programs) || hasDatabase(main.folder);
  return [
    ...(isUsed ? [main] : []),
    ...(isFolder(snap) ? [{ title: 'Chromium (snap)', folder: snap }] : []),
  ];
}

const answers = {
  adds: 'policy',
  distrusts: 'forbidden',
  'ignores-database': 'forbidden',
} as const;

/** A policy applies to the row if all installed browsers have it; otherwise it may be wrong for one. */
function withPolicies(database: QueriedDatabase, ca: CaCertificate): QueriedDatabase {
  const installed = programs.filter((name) => isInstalled([name]));
  const policies = installed.map((name) => {
    const folder = browsers[name];
    return folder === undefined ? undefined : chromiumPolicy(join(folder, 'policies/managed'), ca);
  });
  const against = policies.find((policy) => policy !== undefined && policy.says !== 'adds');
  const [first = against] = policies;
  const decides =
    against ?? (policies.every((policy) => policy?.says === 'adds') ? first : undefined);
  return decides === undefined
    ? database
    : { ...database, answer: answers[decides.says], policy: decides.folder };
}

async function query(ca: CaCertificate): Promise<BrowserEvidence> {
  const browser = await queryBrowser({ databases: chromiumDatabases(), programs }, ca);
  const databases = browser.databases.map((database) => withPolicies(database, ca));
  return { ...browser, databases };
}

/** Chromium, and the browsers that share its database. */
export const chromium: TrustStore<BrowserEvidence> = {
  name: 'chromium',
  installer: 'certutil',
  usedBy: ['browser'],
  query,
  rows: (evidence, machine) =>
    machine.platform === 'linux' ? browserRows({ ...about, ...evidence }, machine) : [],
};
