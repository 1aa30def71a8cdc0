import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Outer, Place } from '../core/place.js';
import {
  isPackageManager,
  packageManagers,
  type PackageManager,
} from '../options/package-managers.js';
import { anyExists, foldersAbove, readIfExists } from './environment.js';

const workspaceFile = 'pnpm-workspace.yaml';

/** @returns the way from a folder to one in it, with `/` */
export function wayInto(folder: string, inner: string): string {
  return relative(folder, inner).replaceAll('\\', '/');
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

interface Manifest {
  workspaces?: unknown;
  packageManager?: unknown;
}

/** A broken package.json says nothing: the package manager will refuse it. */
function readManifest(folder: string): Manifest {
  try {
    const manifest: Manifest | null = JSON.parse(readIfExists(join(folder, 'package.json')) ?? '');
    return manifest ?? {};
  } catch {
    return {};
  }
}

/** The patterns of a workspace's members in package.json; Yarn 1 also has them below `packages`. */
function npmPatterns(folder: string): string[] {
  const { workspaces } = readManifest(folder);
  const isObject = typeof workspaces === 'object' && workspaces !== null;
  return textsOf(isObject && 'packages' in workspaces ? workspaces.packages : workspaces);
}

async function pnpmPatterns(folder: string): Promise<string[]> {
  const { load } = await import('js-yaml');
  try {
    const settings = load(readFileSync(join(folder, workspaceFile), 'utf8'));
    return typeof settings === 'object' && settings !== null && 'packages' in settings
      ? textsOf(settings.packages)
      : [];
  } catch {
    return [];
  }
}

/** Whether patterns of a workspace list a folder in it. Those with `!` take away. */
async function isListed(inside: string, patterns: string[]): Promise<boolean> {
  if (patterns.length === 0) {
    return false;
  }
  const { default: picomatch } = await import('picomatch');
  const clean = patterns.map((pattern) => pattern.replace(/^(!?)\.\//, '$1').replace(/\/+$/, ''));
  const ignored = clean.filter((each) => each.startsWith('!')).map((each) => each.slice(1));
  const wanted = clean.filter((each) => !each.startsWith('!'));
  return picomatch(wanted, { ignore: [...ignored, '**/node_modules/**'] })(inside);
}

/** The first folder of a list that lists a project. */
async function listing(
  directory: string,
  folders: string[],
  patternsOf: (folder: string) => string[] | Promise<string[]>,
): Promise<Outer | undefined> {
  for (const folder of folders) {
    const inside = wayInto(folder, directory);
    // oxlint-disable-next-line no-await-in-loop -- the nearest one counts
    if (await isListed(inside, await patternsOf(folder))) {
      return { folder, inside };
    }
  }
  return undefined;
}

/** The package manager of a workspace, as its package.json or its lockfile says. */
function managerOf(folder: string): string | undefined {
  const { packageManager = '' } = readManifest(folder);
  const locked = Object.values(packageManagers).findIndex(({ lockfile }) =>
    anyExists(folder, [lockfile]),
  );
  const [named = ''] = String(packageManager).split('@');
  return isPackageManager(named) ? named : Object.keys(packageManagers)[locked];
}

/**
 * Looks for the workspace that lists a project, as its package manager will: pnpm takes the nearest
 * pnpm-workspace.yaml, the others the nearest package.json that lists the project.
 * @param directory absolute path of the project, which need not exist
 */
export async function workspaceOf(directory: string, manager: PackageManager): Promise<Place> {
  const above = foldersAbove(directory);
  const ofNpm = above.filter((folder) => anyExists(folder, ['package.json']));
  // A project with such a file is a root of its own.
  const ofPnpm = [directory, ...above].find((folder) => anyExists(folder, [workspaceFile]));
  const pnpm = await listing(directory, ofPnpm === undefined ? [] : [ofPnpm], pnpmPatterns);
  const others = await listing(directory, ofNpm, npmPatterns);
  const [own, other] = manager === 'pnpm' ? [pnpm, others] : [others, pnpm];
  const listed = own ?? other;
  const actual = listed === undefined ? undefined : managerOf(listed.folder);
  return {
    ...(own !== undefined && {
      workspace: own,
      plugAndPlay: anyExists(own.folder, ['.pnp.cjs']),
    }),
    ...(listed !== undefined &&
      (own === undefined || (actual ?? manager) !== manager) && {
        otherWorkspace: { ...listed, manager: actual ?? (listed === pnpm ? 'pnpm' : 'npm') },
      }),
    ...(own === undefined && ofNpm.length > 0 && { belowPackage: true }),
  };
}
