import { homedir } from 'node:os';
import { join } from 'node:path';
import { browserRows, type BrowserEvidence, type NssDatabase } from '../table/database.js';
import { isFolder } from '../files.js';
import { hasDatabase, isInstalled, queryBrowser } from '../nss.js';
import type { TrustStore } from '../store.js';

const programs = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'google-chrome-beta',
  'microsoft-edge',
  'brave-browser',
  'vivaldi',
];

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

/** Chromium, and the browsers that share its database. */
export const chromium: TrustStore<BrowserEvidence> = {
  name: 'chromium',
  installer: 'certutil',
  usedBy: ['browser'],
  query: (ca) => queryBrowser({ databases: chromiumDatabases(), programs }, ca),
  rows: (evidence, machine) =>
    machine.platform === 'linux' ? browserRows({ ...about, ...evidence }, machine) : [],
};
