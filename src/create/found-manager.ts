import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { findProgram } from '../io/programs.js';

/** A package manager on this machine. */
export interface FoundManager {
  /** Undefined if only starting it would tell: for a binary or a corepack shim. */
  version?: string;
}

/** @returns the version of the running package manager, from `npm_config_user_agent` */
function runningVersion(name: PackageManager): string | undefined {
  const [agent = '', version] = (process.env['npm_config_user_agent'] ?? '').split(/[/ ]/);
  return agent === name ? version : undefined;
}

interface Manifest {
  name: string;
  version: unknown;
}

/** How many levels a program is below its package: `bin/npm-cli.js`, `bin/pnpm.cjs`, `pnpm`. */
const depth = 2;

function manifestAbove(folder: string, levels: number): string | undefined {
  const path = join(folder, 'package.json');
  if (levels === 0 || existsSync(path)) {
    return levels === 0 ? undefined : path;
  }
  return manifestAbove(dirname(folder), levels - 1);
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function installedVersion(name: PackageManager, program: string): string | undefined {
  const { packages } = packageManagers[name];
  // On Windows, npm puts `pnpm.cmd` beside the folder of the global packages.
  const beside = packages.map((owner) => join(dirname(program), 'node_modules', owner));
  const manifests = [
    manifestAbove(dirname(realpathSync(program)), depth) ?? [],
    beside.map((folder) => join(folder, 'package.json')).filter((path) => existsSync(path)),
  ].flat();
  const found = manifests.map(readManifest).find(({ name: owner }) => packages.includes(owner));
  return found === undefined ? undefined : String(found.version);
}

/** @returns the package manager that a step would start; undefined if there is none */
export function findManager(name: PackageManager): FoundManager | undefined {
  const program = findProgram(name);
  if (program === undefined) {
    return undefined;
  }
  const version = runningVersion(name) ?? installedVersion(name, program);
  return version === undefined ? {} : { version };
}
