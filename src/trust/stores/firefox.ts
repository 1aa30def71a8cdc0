import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { CaCertificate } from '../certificate.js';
import {
  browserRows,
  type BrowserEvidence,
  type NssDatabase,
  type QueriedDatabase,
} from '../table/database.js';
import { stateOf, type StoreRow } from '../table/row.js';
import { namesIn, readText } from '../files.js';
import { firefoxPolicy } from '../firefox-policy.js';
import { hasDatabase, queryBrowser } from '../nss.js';
import type { TrustStore } from '../store.js';
import { readSystemLists } from '../system-lists.js';

const about = { title: 'Firefox', clients: 'Firefox' };

/** Where Firefox keeps its profiles: the old and (since 2026) the new folder, snap and flatpak. */
function linuxFolders(): string[] {
  const config = process.env['XDG_CONFIG_HOME'] ?? '';
  return [
    join(homedir(), '.mozilla/firefox'),
    join(config === '' ? join(homedir(), '.config') : config, 'mozilla/firefox'),
    join(homedir(), 'snap/firefox/common/.mozilla/firefox'),
    join(homedir(), '.var/app/org.mozilla.firefox/.mozilla/firefox'),
    join(homedir(), '.var/app/org.mozilla.firefox/config/mozilla/firefox'),
  ];
}

const otherFolders: Record<string, () => string> = {
  darwin: () => join(homedir(), 'Library/Application Support/Firefox/Profiles'),
  win32: () =>
    join(process.env['APPDATA'] ?? join(homedir(), 'AppData/Roaming'), 'Mozilla/Firefox/Profiles'),
};

/** The profiles in a folder, and those elsewhere that its `profiles.ini` names. */
function profilesOf(folder: string): string[] {
  const text = readText(join(folder, 'profiles.ini')) ?? '';
  const elsewhere = [...text.matchAll(/^Path=(\/.*)$/gm)].map(([, path = '']) => path);
  return [...new Set([...namesIn(folder).map((name) => join(folder, name)), ...elsewhere])];
}

function profiles(): string[] {
  const other = otherFolders[process.platform];
  return (other === undefined ? linuxFolders() : [other()]).flatMap(profilesOf);
}

/** The folder of the Firefox that last used a profile. */
function programOf(profile: string): string | undefined {
  const text = readText(join(profile, 'compatibility.ini')) ?? '';
  return /^LastPlatformDir=(\/[^:;\n]*)$/m.exec(text)?.[1];
}

function databaseOf(folder: string): NssDatabase {
  const title = `Firefox (${basename(folder)})`;
  const program = programOf(folder);
  return { title, folder, ...(program === undefined ? {} : { library: program }) };
}

/** @returns the databases of this user's profiles */
export function firefoxDatabases(): NssDatabase[] {
  return profiles()
    .filter((folder) => hasDatabase(folder))
    .map(databaseOf);
}

interface FirefoxEvidence extends BrowserEvidence {
  /** On macOS and Windows: whether the system's trust store has the CA; undefined if unknown. */
  systemHasCa?: boolean | undefined;
  /** On macOS and Windows: the profiles that are set not to read it. */
  separate?: string[];
}

/** A policy applies whatever the database has. */
function withPolicy(database: QueriedDatabase, ca: CaCertificate): QueriedDatabase {
  const program = programOf(database.folder);
  const policy = program === undefined ? undefined : firefoxPolicy(program, ca);
  return policy === undefined ? database : { ...database, answer: 'policy', policy };
}

/** Whether a profile does not read the system's trust store; `user.js` comes after `prefs.js`. */
function isSeparate(profile: string): boolean {
  const text = ['prefs.js', 'user.js']
    .map((name) => readText(join(profile, name)) ?? '')
    .join('\n');
  const set = /^\s*user_pref\("security\.enterprise_roots\.enabled",\s*(\w+)\)/gm;
  return [...text.matchAll(set)].at(-1)?.[1] === 'false';
}

async function query(ca: CaCertificate): Promise<FirefoxEvidence> {
  const programs = ['firefox', 'firefox-esr'];
  const browser = await queryBrowser({ databases: firefoxDatabases(), programs }, ca);
  if (process.platform === 'linux') {
    const databases = browser.databases.map((database) => withPolicy(database, ca));
    return { ...browser, databases };
  }
  const { hasCa } = await readSystemLists(ca);
  return { ...browser, systemHasCa: hasCa, separate: profiles().filter(isSeparate) };
}

/** On macOS and Windows, browsers trust what the system trusts. */
function systemRow({ systemHasCa, separate = [] }: FirefoxEvidence): StoreRow {
  const [profile] = separate;
  const note =
    profile === undefined
      ? 'Firefox 120 and later also trust CAs that the user added to the system, unless their settings forbid it.'
      : `security.enterprise_roots.enabled is false in ${profile}: it does not trust what the system trusts.`;
  const state = profile === undefined ? stateOf(systemHasCa) : 'unknown';
  return { ...about, state, note, fix: [], undo: [] };
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
