import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { findProgram } from './probes.js';

/** A package manager as it is on this machine. */
export interface FoundManager {
  /** Nothing where it cannot be told without starting it: of a binary or a shim of corepack. */
  version?: string;
}

/** @returns the version that runs us, as the package manager says in `npm_config_user_agent` */
function runningVersion(name: PackageManager): string | undefined {
  const [agent = '', version] = (process.env['npm_config_user_agent'] ?? '').split(/[/ ]/);
  return agent === name ? version : undefined;
}

/** How far a program lies below its package: `bin/npm-cli.js`, `bin/pnpm.cjs`, `pnpm`. */
const depth = 2;

function manifestAbove(folder: string, levels: number): string | undefined {
  const path = join(folder, 'package.json');
  if (levels === 0 || existsSync(path)) {
    return levels === 0 ? undefined : path;
  }
  return manifestAbove(dirname(folder), levels - 1);
}

function installedVersion(name: PackageManager, program: string): string | undefined {
  const manifest = manifestAbove(dirname(realpathSync(program)), depth);
  if (manifest === undefined) {
    return undefined;
  }
  const { name: owner, version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return packageManagers[name].packages.includes(owner) ? String(version) : undefined;
}

/** @returns the package manager that a step would start; nothing where there is none */
export function findManager(name: PackageManager): FoundManager | undefined {
  const program = findProgram(name);
  if (program === undefined) {
    return undefined;
  }
  const version = runningVersion(name) ?? installedVersion(name, program);
  return version === undefined ? {} : { version };
}
