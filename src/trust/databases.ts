import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './table/evidence.js';
import { findProgram } from '../io/probes.js';
import { isFolder, namesIn } from './files.js';

/** A database that has not been checked yet. */
export type Place = Pick<Database, 'browser' | 'title' | 'folder' | 'hides'>;

const programs: Record<Database['browser'], string[]> = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'google-chrome-beta',
    'microsoft-edge',
    'brave-browser',
    'vivaldi',
  ],
  firefox: ['firefox', 'firefox-esr'],
};

/** @returns the browsers that are on PATH */
export function installedBrowsers(): Database['browser'][] {
  return (['chromium', 'firefox'] as const).filter((browser) =>
    programs[browser].some((name) => findProgram(name) !== undefined),
  );
}

/** @returns whether a folder has an NSS database */
export function hasDatabase(folder: string): boolean {
  return existsSync(join(folder, 'cert9.db'));
}

/**
 * The database that Chromium reads: the old folder if it exists, even if it is empty, else the one in
 * the XDG data folder (docs/linux/cert_management.md of Chromium). mkcert 1.4.4 only knows the old one.
 */
function chromiumPlace(): Place {
  const old = join(homedir(), '.pki/nssdb');
  const dataHome = process.env['XDG_DATA_HOME'] ?? '';
  const xdg = join(dataHome === '' ? join(homedir(), '.local/share') : dataHome, 'pki/nssdb');
  const place = { browser: 'chromium', title: 'Chromium' } as const;
  if (!isFolder(old)) {
    return { ...place, folder: xdg };
  }
  return { ...place, folder: old, ...(hasDatabase(xdg) ? { hides: xdg } : {}) };
}

function chromiumPlaces(): Place[] {
  const snap = join(homedir(), 'snap/chromium/current/.pki/nssdb');
  const main = chromiumPlace();
  const isUsed = installedBrowsers().includes('chromium') || hasDatabase(main.folder);
  return [
    ...(isUsed ? [main] : []),
    ...(isFolder(snap)
      ? [{ browser: 'chromium', title: 'Chromium (snap)', folder: snap } as const]
      : []),
  ];
}

/** Where Firefox keeps its profiles: the old and (since 2026) the new folder, snap and flatpak. */
const profileFolders = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
];

function firefoxPlaces(): Place[] {
  return profileFolders
    .map((folder) => join(homedir(), folder))
    .flatMap((folder) => namesIn(folder).map((name) => ({ name, folder: join(folder, name) })))
    .filter(({ folder }) => hasDatabase(folder))
    .map(({ name, folder }) => ({ browser: 'firefox', title: `Firefox (${name})`, folder }));
}

/** @returns the databases of this user's browsers */
export function databasePlaces(): Place[] {
  return [...chromiumPlaces(), ...firefoxPlaces()];
}
