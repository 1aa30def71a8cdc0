import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import { run } from './run.js';
import { reasonOf } from './system-errors.js';

/** A package that cannot be had: why, in words that end a sentence, and what npm says. */
export class PackageError extends Error {
  readonly details: string[];

  constructor(why: string, details: string[] = [], cause?: unknown) {
    super(why, { cause });
    this.name = 'PackageError';
    this.details = details;
  }
}

/** What npm's codes mean here. */
const reasons: Record<string, string> = {
  ENOTCACHED: 'npm is offline, and does not have it in its cache',
  ETARGET: 'the registry does not offer it, or a minimum release age hides it',
  E404: 'the registry does not have it',
  E401: 'the registry asks for a login',
  E403: 'the registry refuses it',
  ECONNREFUSED: 'the registry does not answer',
  ENOTFOUND: 'the registry does not answer',
  EAI_AGAIN: 'the registry does not answer',
};

interface Wanted {
  /** The name and a version, a range or a tag. */
  spec: string;
  /** Where npm's settings are looked up: they say which registry counts. */
  cwd: string;
  /** Whether the cache may answer which versions there are. */
  cached: boolean;
  cancel?: AbortSignal | undefined;
}

/** Of npm's own settings, only those about the registry count; no script of a package runs. */
const flags = [
  '--ignore-scripts',
  '--loglevel=error',
  '--no-workspaces',
  '--no-dry-run',
  '--no-json',
];

/**
 * Downloads a package into an empty folder, as npm is set up.
 * @returns the path of its tarball
 * @throws PackageError if npm cannot have it
 */
export async function fetchPackage(wanted: Wanted, folder: string): Promise<string> {
  const { spec, cwd, cached, cancel } = wanted;
  const more = [`--pack-destination=${folder}`, ...(cached ? ['--prefer-offline'] : [])];
  const { ok, output } = await run({
    command: ['npm', 'pack', spec, ...more, ...flags],
    cwd,
    output: 'captured',
    ...(cancel !== undefined && { cancel }),
  });
  cancel?.throwIfAborted();
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (ok && name !== undefined) {
    return join(folder, name);
  }
  if (output.startsWith('npm is not installed')) {
    throw new PackageError('npm is not installed');
  }
  const code = /\b(?:code|error) (E[A-Z0-9_]+)/.exec(output)?.[1] ?? '';
  const why = reasons[code] ?? (code === '' ? 'npm failed' : `npm failed with ${code}`);
  const lines = output.split(/\r?\n/).filter((line) => /^npm (error|ERR!)/.test(line));
  throw new PackageError(why, lines.slice(0, 3));
}

/** An entry of a package. */
export interface PackageEntry {
  /** Path in the package, with `/`. */
  path: string;
  bytes: Uint8Array;
  /** Not a plain file: a link or a device. */
  special: boolean;
}

/** The kinds of entries of a tarball: those to skip, and files. */
const headers = ['directory', 'globalExtendedHeader', 'extendedHeader'];
const plain = ['file', 'contiguousFile'];

/** The most that a package may be when it is unpacked. */
const mostBytes = 64 * 1024 * 1024;

/**
 * @param file the path of a tarball
 * @returns what is in it, without the folder that packages have around everything
 * @throws PackageError if it cannot be read
 */
export function readPackage(file: string): PackageEntry[] {
  try {
    const entries = parseTar(gunzipSync(readFileSync(file), { maxOutputLength: mostBytes }));
    return entries
      .filter(({ type }) => !headers.includes(type ?? ''))
      .map(({ name, data, type }) => ({
        path: name.replace(/^(\.\/)?[^/]*\//, ''),
        bytes: data ?? new Uint8Array(),
        special: !plain.includes(type ?? 'file'),
      }));
  } catch (error) {
    throw new PackageError(reasonOf(error), [], error);
  }
}

/** @returns package.json of a package; an empty object if it has none */
export function manifestIn(entries: PackageEntry[]): { name?: unknown; version?: unknown } {
  const found = entries.find(({ path }) => path === 'package.json');
  try {
    return Object(JSON.parse(Buffer.from(found?.bytes ?? '{}').toString()));
  } catch {
    return {};
  }
}
