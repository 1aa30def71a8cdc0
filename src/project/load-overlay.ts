import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../core/errors.js';
import { expandHome } from '../core/paths.js';
import type { Templates } from '../core/template-types.js';
import { isExactVersion } from '../core/versions.js';
import { sha256 } from '../io/hash.js';
import { fetchPackage, manifestIn, PackageError, readPackage } from '../io/npm-package.js';
import { reasonOf } from '../io/system-errors.js';
import { overlaySource, type OverlaySource } from '../options/overlay.js';
import type { Overlay } from './plan/lay-over.js';
import {
  overlayError,
  overlayFolder,
  overlayLimits,
  overlayManifest,
  readOverlayText,
  type OverlayText,
  type RawFile,
} from './plan/overlay.js';

/** An overlay that was read: its text, and what a record says of it. */
export interface ReadOverlay {
  title: string;
  text: OverlayText;
  /** @returns the answer in the record of a project: a version, or the path from there and a fingerprint */
  recordedFor: (directory: string) => string;
}

interface Reading {
  /** Where relative paths begin, and where npm's settings are looked up. */
  cwd: string;
  cancel?: AbortSignal;
  /** Other versions that would do as well, as a range before the version: `^`. */
  range?: string;
}

/** @returns what identifies the contents of an overlay */
export function fingerprintOf({ files, removes }: OverlayText): string {
  return sha256(JSON.stringify({ files, removes })).slice(0, 12);
}

/** @returns the absolute path of an overlay's folder */
export function overlayPath(path: string, cwd: string): string {
  return resolve(cwd, expandHome(path, homedir()));
}

function refuseSpecial(title: string, path: string): never {
  throw overlayError(title, `${path} is a link or no file.`, 'An overlay only has plain files.');
}

/** Reads the files below a folder, and stops when there are too many. */
function readTree(title: string, top: string, folder: string, read: RawFile[] = []): RawFile[] {
  const entries = readdirSync(join(top, folder), { withFileTypes: true });
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      readTree(title, top, path, read);
    } else {
      read.push(readEntry(title, top, path));
    }
    if (read.length > overlayLimits.files) {
      return read;
    }
  }
  return read;
}

function readEntry(title: string, top: string, path: string): RawFile {
  const stat = lstatSync(join(top, path));
  if (!stat.isFile()) {
    refuseSpecial(title, path);
  }
  // What is too large is refused by its length.
  const most = overlayLimits.file;
  return {
    path,
    bytes: stat.size > most ? new Uint8Array(most + 1) : readFileSync(join(top, path)),
  };
}

function rawFolder(title: string, top: string): RawFile[] {
  const names = readdirSync(top);
  return [
    ...(names.includes(overlayFolder) ? readFolder(title, top) : []),
    ...(names.includes(overlayManifest) ? [readEntry(title, top, overlayManifest)] : []),
  ];
}

function readFolder(title: string, top: string): RawFile[] {
  return lstatSync(join(top, overlayFolder)).isDirectory()
    ? readTree(title, top, overlayFolder)
    : refuseSpecial(title, overlayFolder);
}

function readLocal(path: string, cwd: string): ReadOverlay {
  const top = overlayPath(path, cwd);
  if (!existsSync(top) || !statSync(top).isDirectory()) {
    throw overlayError(
      path,
      `there is no folder ${top}.`,
      'Pass the path of its folder, from the current folder on.',
    );
  }
  try {
    const text = readOverlayText(path, rawFolder(path, top));
    const recordedFor = (directory: string): string => recordedPath(directory, top, text);
    return { title: path, text, recordedFor };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error) {
      const why = `it cannot be read: ${reasonOf(error)}.`;
      throw overlayError(path, why, 'Check its permissions.', error);
    }
    throw error;
  }
}

/** A project is shared, so its record has the path from there, with a name that `.` begins. */
function recordedPath(directory: string, top: string, text: OverlayText): string {
  const path = relative(directory, top).split(sep).join('/');
  const isBare = !/^(\.|[a-z]:)/i.test(path);
  return `${isBare ? './' : ''}${path}#${fingerprintOf(text)}`;
}

type PackageSource = Extract<OverlaySource, { kind: 'package' }>;

/** A folder with this name is what was probably meant, and anyone may publish a package. */
function refuseFolderName({ name, version }: PackageSource, cwd: string): void {
  if (version === undefined && existsSync(join(cwd, name))) {
    const why = 'there is a folder with this name.';
    throw overlayError(name, why, `Write ./${name}, or ${name}@latest for the package.`);
  }
}

async function readFromRegistry(source: PackageSource, reading: Reading): Promise<ReadOverlay> {
  refuseFolderName(source, reading.cwd);
  const { name, version = 'latest' } = source;
  const spec = `${name}@${reading.range ?? ''}${version}`;
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-overlay-'));
  try {
    const cached = reading.range === undefined && isExactVersion(version);
    const file = await fetchPackage({ ...reading, spec, cached }, folder);
    return readPackageFile(file, spec, name);
  } catch (error) {
    if (error instanceof PackageError) {
      const fix = 'Check its name and the registry, or pass a folder.';
      throw withDetails(overlayError(spec, `${messageOf(error)}.`, fix, error), error.details);
    }
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function withDetails<Problem extends { details: string[] }>(
  error: Problem,
  details: string[],
): Problem {
  error.details.push(...details);
  return error;
}

/**
 * Reads the overlay in a tarball.
 * @param spec what was asked for
 * @param name the package that it has to be
 * @throws UserError for another package, and for one that is no overlay
 */
export function readPackageFile(file: string, spec: string, name: string): ReadOverlay {
  const entries = readPackage(file);
  const manifest = manifestIn(entries);
  const version = String(manifest.version);
  if (manifest.name !== name || !isExactVersion(version)) {
    const found = `${String(manifest.name)}@${version}`;
    throw overlayError(spec, `the registry answers with ${found}.`, 'Check the registry.');
  }
  const title = `${name}@${version}`;
  const wanted = entries.filter(
    ({ path }) => path === overlayManifest || path.startsWith(`${overlayFolder}/`),
  );
  const special = wanted.find((entry) => entry.special);
  if (special !== undefined) {
    refuseSpecial(title, special.path);
  }
  return { title, text: readOverlayText(title, wanted), recordedFor: () => title };
}

/**
 * Reads the overlay that an answer names.
 * @throws UserError for one that cannot be had or read; nothing was written then
 */
export async function readOverlay(answer: string, reading: Reading): Promise<ReadOverlay> {
  const source = overlaySource(answer);
  return source.kind === 'folder'
    ? readLocal(source.path, reading.cwd)
    : readFromRegistry(source, reading);
}

/**
 * Compiles the templates of an overlay by Handlebars, which is only loaded for that.
 * @throws UserError for an overlay that breaks a rule
 */
export async function compiledOverlay(
  { title, text }: Pick<ReadOverlay, 'title' | 'text'>,
  ours: Templates,
): Promise<Overlay> {
  const { compileOverlay } = await import('./compile/overlay.js');
  return compileOverlay(title, text, ours);
}
