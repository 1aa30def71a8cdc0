import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CaCertificate } from '../certificate.js';
import { browserRows, type BrowserEvidence, type NssDatabase } from '../table/database.js';
import { stateOf, type StoreRow } from '../table/row.js';
import { namesIn } from '../files.js';
import { hasDatabase, queryBrowser } from '../nss.js';
import type { TrustStore } from '../store.js';
import { readSystemLists } from '../system-lists.js';

const about = { title: 'Firefox', clients: 'Firefox' };

/** Where Firefox keeps its profiles: the old and (since 2026) the new folder, snap and flatpak. */
const profileFolders = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
];

/** @returns the databases of this user's profiles */
export function firefoxDatabases(): NssDatabase[] {
  return profileFolders
    .map((folder) => join(homedir(), folder))
    .flatMap((folder) => namesIn(folder).map((name) => ({ name, folder: join(folder, name) })))
    .filter(({ folder }) => hasDatabase(folder))
    .map(({ name, folder }) => ({ title: `Firefox (${name})`, folder }));
}

interface FirefoxEvidence extends BrowserEvidence {
  /** On macOS and Windows: whether the system's trust store has the CA; undefined if unknown. */
  systemHasCa?: boolean | undefined;
}

async function query(ca: CaCertificate): Promise<FirefoxEvidence> {
  const programs = ['firefox', 'firefox-esr'];
  const browser = await queryBrowser({ databases: firefoxDatabases(), programs }, ca);
  return process.platform === 'linux'
    ? browser
    : { ...browser, systemHasCa: readSystemLists(ca).hasCa };
}

/** On macOS and Windows, browsers trust what the system trusts. */
function systemRow({ systemHasCa }: FirefoxEvidence): StoreRow {
  const note =
    'Firefox 120 and later also trust CAs that the user added to the system, unless their settings forbid it.';
  return { ...about, state: stateOf(systemHasCa), note, fix: [], undo: [] };
}

/** Firefox, whose profiles have a database each on Linux. */
export const firefox: TrustStore<FirefoxEvidence> = {
  name: 'firefox',
  installer: 'certutil',
  usedBy: ['browser'],
  query,
  rows: (evidence, machine) =>
    machine.platform === 'linux'
      ? browserRows({ ...about, ...evidence }, machine)
      : [systemRow(evidence)],
};
