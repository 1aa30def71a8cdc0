import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairFolder, pairNames, pairPaths } from '../core/paths.js';
import { git } from '../io/git.js';
import { findProgram } from '../io/programs.js';

async function says(directory: string, ...args: string[]): Promise<boolean> {
  return findProgram('git') !== undefined && (await git(directory, ...args)).ok;
}

/**
 * Keeps the key out of git: a folder with only the pair gets its own `.gitignore`, even without a
 * repository.
 * @returns a warning if the folder has other files, and git would add the key
 */
export async function keepOutOfGit(directory: string): Promise<string[]> {
  const folder = join(directory, pairFolder);
  if (await says(directory, 'ls-files', '--error-unmatch', pairPaths.keyFile)) {
    const away = `git rm --cached --ignore-unmatch ${Object.values(pairPaths).join(' ')}`;
    return [
      `git tracks ${pairPaths.keyFile}. Run: ${away}. The history still contains the old key.`,
    ];
  }
  if (await says(directory, 'check-ignore', '--quiet', pairPaths.keyFile)) {
    return [];
  }
  const own = Object.values(pairNames);
  if (readdirSync(folder).every((name) => own.includes(name))) {
    writeFileSync(join(folder, '.gitignore'), '*\n!.gitignore\n');
    return [];
  }
  return (await says(directory, 'rev-parse', '--git-dir'))
    ? [`git does not ignore ${pairPaths.keyFile}. Add ${pairFolder}/*.pem to .gitignore.`]
    : [];
}
