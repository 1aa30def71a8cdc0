import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers, type PackageManager } from '../../src/core/package-managers.js';
import { root } from './cli.js';

/** Installs a package into a folder of its own, once. @returns that folder */
export function toolFolder(name: string, wanted: string): string {
  const folder = join(root, 'node_modules/.cache', name);
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    mkdirSync(folder, { recursive: true });
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', ['install', '--prefix', folder, ...quiet, wanted], { stdio: 'pipe' });
  }
  return folder;
}

/** @returns the folder of a package manager's program; nothing for npm, which comes with Node.js */
export function managerFolder(manager: PackageManager): string | undefined {
  // Yarn 1 is what `corepack` starts where a package.json names no other.
  const wanted = manager === 'yarn' ? 'yarn@1' : packageManagers[manager].added[0];
  return manager === 'npm' || wanted === undefined
    ? undefined
    : join(toolFolder(`managers/${manager}`, wanted), 'node_modules/.bin');
}
