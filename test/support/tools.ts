import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageManagers, type PackageManager } from '../../src/options/package-managers.js';
import { root } from './cli.js';

/**
 * Installs a package into its own folder, once.
 *
 * @returns that folder
 *
 * Other test files may need it at the same time, so it appears there by one rename.
 * @param flags for npm
 */
export function toolFolder(name: string, wanted: string, flags: string[] = []): string {
  const folder = join(root, 'node_modules/.cache', name);
  if (existsSync(folder)) {
    return folder;
  }
  mkdirSync(dirname(folder), { recursive: true });
  const making = mkdtempSync(`${folder}-`);
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock'];
  execFileSync('npm', ['install', '--prefix', making, ...quiet, ...flags, wanted], {
    stdio: 'pipe',
  });
  try {
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true });
    if (!existsSync(folder)) {
      throw error;
    }
  }
  return folder;
}

/**
 * @returns the folder of a package manager's program; undefined for npm, which is a part of Node.js
 */
export function managerFolder(manager: PackageManager): string | undefined {
  // `corepack` starts Yarn 1 if package.json names no package manager.
  const wanted = manager === 'yarn' ? 'yarn@1' : packageManagers[manager].added[0];
  return manager === 'npm' || wanted === undefined
    ? undefined
    : join(toolFolder(`managers/${manager}`, wanted), 'node_modules/.bin');
}
