import { UserError, InvalidValue } from '../../core/errors.js';
import { nearest } from '../../core/nearest.js';
import { checkPart, checkPath, pairFolder, recordPath } from '../../core/paths.js';
import { shown } from '../../core/printable.js';
import { lockfiles } from '../../options/package-managers.js';

/** An overlay as it was read: text only. */
export interface OverlayText {
  /** The files of the project, with tags. */
  files: { path: string; contents: string }[];
  /** Paths of generated files that the project does not get. */
  removes: string[];
}

/** A file of an overlay as it lies in its folder or package. */
export interface RawFile {
  /** Path in the overlay, with `/`. */
  path: string;
  bytes: Uint8Array;
}

/** The manifest of an overlay, and the folder with the files of projects. */
export const overlayManifest = 'overlay.json';
export const overlayFolder = 'files';

/** The most that an overlay has, in bytes and in files. */
export const overlayLimits = { file: 1024 * 1024, all: 8 * 1024 * 1024, files: 2000 };

/** @param title the overlay as its user knows it */
export function overlayError(title: string, why: string, fix: string, cause?: unknown): UserError {
  const context = { code: 'overlay', stage: 'plan', cause } as const;
  return new UserError(`Overlay ${title}: ${why}`, `${fix} Nothing was written.`, context);
}

/** What an overlay cannot have in a project, and why. */
const refused: { paths: RegExp; why: string }[] = [
  { paths: /^\/|^[a-z]:/i, why: 'is an absolute path' },
  { paths: /\\/, why: 'has a backslash' },
  { paths: /(^|\/)\.{0,2}(\/|$)/, why: 'leaves the project' },
  { paths: /(^|\/)(\.git|git~\d+)(\/|$)/i, why: 'belongs to git' },
  { paths: /(^|\/)node_modules(\/|$)/i, why: 'belongs to package managers' },
  { paths: new RegExp(`^${pairFolder}(/|$)`, 'i'), why: 'is for keys and certificates' },
];

/** Files of a project that are not made from templates. */
const reserved: Record<string, string> = {
  [recordPath]: 'is the record of the project',
  '.env': 'has the settings of one machine; .env.example becomes .env',
  ...Object.fromEntries(lockfiles.map((path) => [path, 'is a lockfile'])),
};

/** Files without which a project is none. */
const needed = ['package.json', '.env.example'];

function whyRefused(path: string): string | undefined {
  const row = refused.find(({ paths }) => paths.test(path));
  const name = Object.keys(reserved).find((each) => each === comparable(path));
  return row?.why ?? (name === undefined ? undefined : reserved[name]);
}

/** Two names of one file, on systems that ignore case or compose letters. */
function comparable(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function checkPlace(title: string, path: string): void {
  const why = whyRefused(path);
  if (why !== undefined) {
    throw overlayError(title, `${shown(path)} ${why}.`, 'Remove it from the overlay.');
  }
  try {
    checkPath(path, 'linux');
    path.split('/').forEach((part) => checkPart(part));
  } catch (error) {
    if (error instanceof InvalidValue) {
      throw overlayError(title, error.message, error.fix, error);
    }
    throw error;
  }
}

function textOf(title: string, { path, bytes }: RawFile): string {
  if (bytes.length > overlayLimits.file) {
    const limit = `${overlayLimits.file / 1024} KiB`;
    throw overlayError(title, `${path} is larger than ${limit}.`, 'Make it smaller.');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) {
      throw new TypeError('It has a null byte.');
    }
    return text.replaceAll('\r\n', '\n');
  } catch (error) {
    const fix = 'An overlay only has text in UTF-8.';
    throw overlayError(title, `${path} is not text.`, fix, error);
  }
}

function parseJson(title: string, path: string, text: string): object {
  const fix = `Correct ${path}.`;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      return read;
    }
  } catch (error) {
    throw overlayError(title, `${path} is not JSON.`, fix, error);
  }
  throw overlayError(title, `${path} is not a JSON object.`, fix);
}

/** @returns the paths that the manifest removes */
function readManifest(title: string, text: string): string[] {
  const manifest = parseJson(title, overlayManifest, text);
  const unknown = Object.keys(manifest).find((key) => key !== 'removes');
  if (unknown !== undefined) {
    const fix =
      nearest(unknown, ['removes']) === undefined
        ? 'Its only key is "removes".'
        : 'Did you mean "removes"?';
    throw overlayError(title, `${overlayManifest} has no key ${shown(unknown)}.`, fix);
  }
  const removes: unknown = 'removes' in manifest ? manifest.removes : [];
  if (!Array.isArray(removes) || !removes.every((path) => typeof path === 'string')) {
    const fix = 'Write { "removes": ["proxy/README.md"] }.';
    throw overlayError(title, `"removes" in ${overlayManifest} is not a list of paths.`, fix);
  }
  removes.forEach((path: string) => checkPlace(title, path));
  const kept = removes.find((path: string) => needed.includes(path));
  if (kept !== undefined) {
    const fix = 'Replace it, or leave it.';
    throw overlayError(title, `a project needs ${kept}: it cannot be removed.`, fix);
  }
  return removes;
}

/** npm leaves `.gitignore` and `.npmrc` out of packages, so overlays name them with an underscore. */
function placeIn(path: string): string {
  return path.slice(overlayFolder.length + 1).replace(/(^|\/)_(gitignore|npmrc)$/, '$1.$2');
}

/** @throws UserError for two files in one place, or a file in the place of a folder */
function refuseCollisions(title: string, paths: string[], around: string[]): void {
  const taken = new Map(around.map((path) => [comparable(path), path]));
  const own = new Map<string, string>();
  for (const path of paths) {
    const key = comparable(path);
    const other = own.get(key) ?? (taken.get(key) === path ? undefined : taken.get(key));
    if (other !== undefined) {
      const why = `${path} and ${other} are one file on systems that ignore case.`;
      throw overlayError(title, why, 'Rename it.');
    }
    own.set(key, path);
  }
  const all = [...new Set([...taken.keys(), ...own.keys()])];
  for (const [key, path] of own) {
    const below = all.find((each) => each.startsWith(`${key}/`));
    const above = all.find((each) => key.startsWith(`${each}/`));
    const other = below ?? above;
    if (other !== undefined) {
      throw overlayError(title, `${path} and ${other} cannot both exist.`, 'Rename it.');
    }
  }
}

/** @throws UserError for what package.json of an overlay cannot have */
function checkPackageJson(title: string, text: string): void {
  const path = `${overlayFolder}/package.json`;
  const read = parseJson(title, path, text);
  if ('name' in read) {
    throw overlayError(title, `${path} has a name.`, 'Remove it: each project has its own.');
  }
  const section = ['scripts', 'dependencies', 'devDependencies'].find((key) => {
    const value: unknown = Object.entries(read).find(([name]) => name === key)?.[1] ?? {};
    return typeof value !== 'object' || Array.isArray(value);
  });
  if (section !== undefined) {
    throw overlayError(title, `"${section}" in ${path} is not an object.`, `Correct ${path}.`);
  }
}

/**
 * Checks what an overlay puts into projects.
 * @param title the overlay as its user knows it
 * @param around paths of our own files
 * @throws UserError for a path or a file that an overlay cannot have
 */
export function checkOverlayText(
  title: string,
  { files, removes }: OverlayText,
  around: string[],
): void {
  files.forEach(({ path }) => checkPlace(title, path));
  removes.forEach((path) => checkPlace(title, path));
  const paths = files.map(({ path }) => path);
  refuseCollisions(title, paths, around);
  const both = removes.find((path) => paths.includes(path));
  if (both !== undefined) {
    throw overlayError(title, `${both} is removed and added.`, `Correct ${overlayManifest}.`);
  }
  const manifest = files.find(({ path }) => path === 'package.json');
  if (manifest !== undefined) {
    checkPackageJson(title, manifest.contents);
  }
}

/**
 * Reads an overlay from its files.
 * @param title the overlay as its user knows it
 * @param raw what lies in its folder or package; only its manifest and its files count
 * @throws UserError for an overlay that cannot be one
 */
export function readOverlayText(title: string, raw: RawFile[]): OverlayText {
  const manifest = raw.find(({ path }) => path === overlayManifest);
  const wanted = raw
    .filter(({ path }) => path.startsWith(`${overlayFolder}/`) && !path.endsWith('/.DS_Store'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (manifest === undefined && wanted.length === 0) {
    const why = `it has neither ${overlayFolder}/ nor ${overlayManifest}.`;
    throw overlayError(title, why, 'Pass the folder or the package of an overlay.');
  }
  const bytes = wanted.reduce((sum, file) => sum + file.bytes.length, 0);
  if (wanted.length > overlayLimits.files || bytes > overlayLimits.all) {
    const most = `${overlayLimits.files} files or ${overlayLimits.all / 1024 / 1024} MiB`;
    throw overlayError(title, `it has more than ${most}.`, 'Make it smaller.');
  }
  return {
    files: wanted.map((file) => ({ path: placeIn(file.path), contents: textOf(title, file) })),
    removes: manifest === undefined ? [] : readManifest(title, textOf(title, manifest)),
  };
}
