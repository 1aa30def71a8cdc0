import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError, messageOf } from '../core/errors.js';
import {
  fetchPackage,
  manifestIn,
  PackageError,
  readPackage,
  type PackageEntry,
} from '../io/npm-package.js';
import type { RenderAnswer, RenderRequest } from '../project/document.js';
import { packageName, renderBy, unavailable } from './old-render.js';
import { makeTemporary, removeTemporary } from './temporary.js';

/** The entry that each version has, with a promise of its documents. */
const entry = 'dist/render.js';

interface Wanted {
  version: string;
  /** A tarball of that version, instead of the registry. */
  from: string | undefined;
  /** The project: its settings say which registry counts. */
  project: string;
}

/** Downloads the package of a version into a folder, as npm is set up in the project. */
async function download({ version, project }: Wanted, folder: string): Promise<string> {
  const spec = `${packageName}@${version}`;
  try {
    return await fetchPackage({ spec, cwd: project, cached: true }, folder);
  } catch (error) {
    if (error instanceof PackageError) {
      const message = `${spec} cannot be fetched: ${error.message}.`;
      throw unavailable(message, version, error.details);
    }
    throw error;
  }
}

/** Unpacks what rendering needs: the bundle, and nothing outside of the folder. */
function unpack(file: string, version: string, folder: string): void {
  const entries = entriesOf(file, version);
  const { version: found } = manifestIn(entries);
  if (found !== version) {
    throw new UserError(
      `${file} is not ${packageName}@${version}, but ${String(found)}.`,
      'Pass the package of the version in the record.',
      { code: 'unreadable-file', stage: 'plan' },
    );
  }
  const wanted = entries.filter(({ path }) => /^(dist\/\w[\w.-]*|package\.json)$/.test(path));
  for (const { path, bytes } of wanted) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function entriesOf(file: string, version: string): PackageEntry[] {
  try {
    return readPackage(file);
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${messageOf(error)}.`,
      `Pass the package as npm packs it: npm pack ${packageName}@${version}.`,
      { code: 'unreadable-file', stage: 'plan', cause: error },
    );
  }
}

/**
 * Renders a project by the version that it has.
 * @throws UserError if that version cannot be had, or fails
 */
export async function renderOld(wanted: Wanted, request: RenderRequest): Promise<RenderAnswer> {
  const folder = makeTemporary();
  try {
    const file = wanted.from ?? (await download(wanted, folder));
    const unpacked = join(folder, 'package');
    unpack(file, wanted.version, unpacked);
    const call = { path: join(unpacked, entry), folder: unpacked, version: wanted.version };
    return renderBy(call, request);
  } finally {
    removeTemporary(folder);
  }
}
