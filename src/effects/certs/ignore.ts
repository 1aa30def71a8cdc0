import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findProgram } from '../probes.js';
import { run } from '../run.js';
import { pairPaths } from './judge.js';

async function git(directory: string, ...args: string[]): Promise<boolean> {
  const found = findProgram('git') !== undefined;
  return found && (await run({ command: ['git', ...args], cwd: directory, output: 'captured' })).ok;
}

/**
 * Keeps the key out of git: a folder that holds the pair alone gets a `.gitignore` of its own, though
 * there be no repository yet.
 * @returns a warning where the folder is somebody's, and git would take the key
 */
export async function keepOutOfGit(directory: string): Promise<string[]> {
  const folder = join(directory, 'certs');
  if (await git(directory, 'ls-files', '--error-unmatch', pairPaths.keyFile)) {
    const away = `git rm --cached --ignore-unmatch ${Object.values(pairPaths).join(' ')}`;
    return [
      `git has ${pairPaths.keyFile}: ${away}. Whoever has the history has the key that was there.`,
    ];
  }
  if (await git(directory, 'check-ignore', '--quiet', pairPaths.keyFile)) {
    return [];
  }
  const own = Object.values(pairPaths).map((path) => basename(path));
  if (readdirSync(folder).every((name) => own.includes(name))) {
    writeFileSync(join(folder, '.gitignore'), '*\n!.gitignore\n');
    return [];
  }
  return (await git(directory, 'rev-parse', '--git-dir'))
    ? [`git does not ignore ${pairPaths.keyFile}: add certs/*.pem to .gitignore.`]
    : [];
}
