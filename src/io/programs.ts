import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { isPackageManager } from '../options/package-managers.js';

/** What a lookup depends on. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  cwd: string;
  platform: string;
}

/** @returns the surroundings of this process */
export function surroundings(): Surroundings {
  return { env: process.env, cwd: process.cwd(), platform: process.platform };
}

function pathRules({ platform }: Pick<Surroundings, 'platform'>) {
  return platform === 'win32' ? win32 : posix;
}

/** @returns the value of PATH, which Windows also names `Path` */
function pathOf({ env, platform }: Surroundings): string {
  const name = Object.keys(env).find((key) => isPathName(key, platform));
  return env[name ?? 'PATH'] ?? '';
}

/** @returns whether a variable is PATH: on Windows, names have no case */
export function isPathName(name: string, platform: string): boolean {
  return (platform === 'win32' ? name.toUpperCase() : name) === 'PATH';
}

const packageBin = /[\\/]node_modules[\\/]\.bin$/i;

/** Package runners put `node_modules/.bin` of these folders, and of all above, at the start of PATH. */
function isAround(project: string, { env, cwd, platform }: Surroundings): boolean {
  const folders = [cwd, env['INIT_CWD'], env['npm_config_local_prefix']];
  const { sep } = pathRules({ platform });
  const sameCase = (path: string): string => (platform === 'win32' ? path.toLowerCase() : path);
  const base = sameCase(project.endsWith(sep) ? project : project + sep);
  return folders.some((folder) => sameCase(`${folder ?? ''}${sep}`).startsWith(base));
}

/**
 * The folders of PATH in which a program may be found. A cloned repository must not choose what runs:
 * relative and empty entries and each `node_modules/.bin` are left out. Package managers are packages
 * themselves, so other projects' `node_modules/.bin` may contain them.
 * @returns absolute paths, in order
 */
export function searchedFolders(program: string, around: Surroundings): string[] {
  const { delimiter, isAbsolute, resolve } = pathRules(around);
  const entries = pathOf(around)
    .split(delimiter)
    .map((entry) => entry.replaceAll('"', ''))
    .filter((entry) => isAbsolute(entry))
    .map((entry) => resolve(entry));
  return entries.filter((folder) => {
    const project = folder.replace(packageBin, '');
    return project === folder || (isPackageManager(program) && !isAround(project, around));
  });
}

/** The endings of files that Windows can start, without those of scripts that need another program. */
const windowsEndings = ['.COM', '.EXE', '.BAT', '.CMD'];

function endingsOf(name: string, { env, platform }: Surroundings): string[] {
  if (platform !== 'win32' || windowsEndings.includes(win32.extname(name).toUpperCase())) {
    return [''];
  }
  const wanted = (env['PATHEXT'] ?? '').split(';').map((ending) => ending.trim().toUpperCase());
  const known = wanted.filter((ending) => windowsEndings.includes(ending));
  return known.length === 0 ? windowsEndings : known;
}

/** @returns the paths at which a program may be, in order */
export function candidatesFor(name: string, around: Surroundings): string[] {
  const { join } = pathRules(around);
  const endings = endingsOf(name, around);
  return searchedFolders(name, around).flatMap((folder) =>
    endings.map((ending) => join(folder, name + ending)),
  );
}

function isExecutable(path: string): boolean {
  try {
    // Windows does not open the aliases of its apps, such as winget (nodejs/node#36790).
    if (process.platform === 'win32') {
      return !lstatSync(path).isDirectory();
    }
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Missing or not executable: the next folder of PATH may have it.
    return false;
  }
}

/** @returns the absolute path of a program on PATH; every program is started by it */
export function findProgram(name: string): string | undefined {
  return candidatesFor(name, surroundings()).find(isExecutable);
}
