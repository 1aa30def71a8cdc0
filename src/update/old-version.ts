import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import { UserError } from '../core/errors.js';
import { reasonOf } from '../io/system-errors.js';
import { run } from '../io/run.js';
import type { RenderAnswer, RenderRequest } from '../project/document.js';
import { packageName, renderBy, unavailable } from './old-render.js';

/** The entry that each version has, with a promise of its documents. */
const entry = 'dist/render.js';

interface Wanted {
  version: string;
  /** A tarball of that version, instead of the registry. */
  from: string | undefined;
  /** The project: its settings say which registry counts. */
  project: string;
}

/** What npm's codes mean here. */
const reasons: Record<string, string> = {
  ENOTCACHED: 'npm is offline, and does not have it in its cache',
  ETARGET: 'the registry does not offer it, or a minimum release age hides it',
  E404: 'the registry does not have it',
  ECONNREFUSED: 'the registry does not answer',
  ENOTFOUND: 'the registry does not answer',
  EAI_AGAIN: 'the registry does not answer',
};

/** Downloads the package of a version into a folder, as npm is set up in the project. */
async function download({ version, project }: Wanted, folder: string): Promise<string> {
  const flags = ['--ignore-scripts', '--prefer-offline', '--loglevel=error', '--no-workspaces'];
  const { ok, output } = await run({
    command: ['npm', 'pack', `${packageName}@${version}`, `--pack-destination=${folder}`, ...flags],
    cwd: project,
    output: 'captured',
  });
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (!ok || name === undefined) {
    const code = /\b(?:code|error) (E[A-Z0-9_]+)/.exec(output)?.[1] ?? '';
    const why = reasons[code] ?? (code === '' ? 'npm failed' : `npm failed with ${code}`);
    const lines = output.split(/\r?\n/).filter((line) => /^npm (error|ERR!)/.test(line));
    const details = lines.slice(0, 3);
    throw unavailable(`${packageName}@${version} cannot be fetched: ${why}.`, version, details);
  }
  return join(folder, name);
}

/** Unpacks what rendering needs: the bundle, and nothing outside of the folder. */
function unpack(file: string, version: string, folder: string): void {
  const files = readPackage(file, version);
  const manifest = files.find(({ name }) => name === 'package/package.json');
  const { version: found } = Object(JSON.parse(manifest?.text ?? '{}'));
  if (found !== version) {
    throw new UserError(
      `${file} is not ${packageName}@${version}, but ${String(found)}.`,
      'Pass the package of the version in the record.',
      { code: 'unreadable-file', stage: 'plan' },
    );
  }
  const wanted = files.filter(({ name }) =>
    /^package\/(dist\/\w[\w.-]*|package\.json)$/.test(name),
  );
  for (const { name, data } of wanted) {
    const path = join(folder, name.replace(/^package\//, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data ?? '');
  }
}

function readPackage(file: string, version: string) {
  try {
    return parseTar(gunzipSync(readFileSync(file)));
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${reasonOf(error)}.`,
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
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-update-'));
  try {
    const file = wanted.from ?? (await download(wanted, folder));
    const unpacked = join(folder, 'package');
    unpack(file, wanted.version, unpacked);
    const call = { path: join(unpacked, entry), folder: unpacked, version: wanted.version };
    return renderBy(call, request);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
