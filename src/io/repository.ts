import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { visible } from '../core/printable.js';
import type { Place } from '../core/place.js';
import { findUpwards, foldersAbove } from './environment.js';
import { git } from './git.js';
import { findProgram } from './programs.js';
import { wayInto } from './workspace.js';

/** Without git, its folder or file shows where a repository is. */
function byFolder(directory: string): Place {
  const found = findUpwards(dirname(directory), ['.git']);
  const folder = found === undefined ? undefined : dirname(found);
  return folder === undefined ? {} : { repository: { folder, inside: wayInto(folder, directory) } };
}

/**
 * Looks for the git repository around a project. Its own repository does not count, nor does one that
 * ignores the project, such as a home folder whose settings are in git.
 * @param directory absolute path of the project, which need not exist
 */
export async function repositoryAround(directory: string): Promise<Place> {
  if (existsSync(join(directory, '.git'))) {
    return {};
  }
  if (findProgram('git') === undefined) {
    return byFolder(directory);
  }
  const folder = [directory, ...foldersAbove(directory)].find((each) => existsSync(each)) ?? '/';
  const [top, prefix] = await Promise.all([
    git(folder, 'rev-parse', '--show-toplevel'),
    git(folder, 'rev-parse', '--show-prefix'),
  ]);
  if (!top.ok) {
    // Its messages are in the user's language. A bare repository has no .git, but HEAD.
    const isNone = findUpwards(dirname(directory), ['.git', 'HEAD']) === undefined;
    return isNone || /not a git repository \(or any/.test(top.output)
      ? {}
      : { unknownRepository: visible(/^fatal: (.*)/m.exec(top.output)?.[1] ?? '') };
  }
  const rest = wayInto(folder, directory);
  // git ends it by a slash.
  const inside = `${prefix.stdout.replace(/\r?\n$/, '')}${rest}`.replace(/\/$/, '');
  const ignored = await git(folder, 'check-ignore', '--quiet', `${rest === '' ? '.' : rest}/`);
  const root = visible(top.stdout.replace(/\r?\n$/, ''));
  return ignored.ok || inside === '' ? {} : { repository: { folder: root, inside } };
}
