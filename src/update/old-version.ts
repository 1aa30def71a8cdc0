import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError, messageOf } from '../core/errors.js';
import {
  fetchPackage,
  manifestIn,
  PackageError,
  readPackage,
  type PackageEntry,
} from '../io/npm-package.js';
import { renderVersion, type RenderAnswer, type RenderRequest } from '../project/document.js';

const packageName = 'create-fastify-wss';
/** The entry that each version has, with a promise of its documents. */
const entry = 'dist/render.js';

interface Wanted {
  version: string;
  /** A tarball of that version, instead of the registry. */
  from: string | undefined;
  /** The project: its settings say which registry counts. */
  project: string;
}

function unavailable(message: string, version: string, details: string[] = []): UserError {
  return new UserError(
    message,
    `Pass the package of that version: --from ${packageName}-${version}.tgz.`,
    { code: 'old-version', stage: 'plan', exitCode: 1, details },
  );
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

function isRendered(read: unknown): read is RenderAnswer {
  const { render, files } = Object(read);
  return render === renderVersion && Array.isArray(files);
}

/** Milliseconds and bytes that an old version may take. */
const limits = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };

/** Runs the render entry of an unpacked package, without anything of this machine. */
function renderBy(folder: string, request: RenderRequest, version: string): RenderAnswer {
  const options = { input: JSON.stringify(request), env: {}, cwd: folder, ...limits };
  const read: unknown = JSON.parse(outputOf(join(folder, entry), version, options));
  if (!isRendered(read)) {
    const { error } = Object(read);
    const details = [String(Object(error).message ?? '')];
    throw unavailable(`Version ${version} cannot render the record.`, version, details);
  }
  return read;
}

function outputOf(path: string, version: string, options: object): string {
  try {
    return execFileSync(process.execPath, [path], { ...options, encoding: 'utf8' });
  } catch (error) {
    const { stdout } = Object(error);
    if (typeof stdout === 'string' && stdout.trim().startsWith('{')) {
      return stdout;
    }
    throw unavailable(`Version ${version} failed: ${messageOf(error).split('\n')[0]}.`, version);
  }
}

/**
 * Renders a project by the version that it has.
 * @throws UserError if that version cannot be had, or fails
 */
export async function renderOld(wanted: Wanted, request: RenderRequest): Promise<RenderAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-update-'));
  try {
    const file = wanted.from ?? (await download(wanted, folder));
    const unpacked = join(folder, 'package');
    unpack(file, wanted.version, unpacked);
    return renderBy(unpacked, request, wanted.version);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
