import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { UserError } from '../core/errors.js';
import { type PlannedFile } from '../project/plan/project.js';
import { errorCode, notWritable } from '../io/system-errors.js';
import { isProject } from '../io/record.js';

/** How the target differs from the plan. */
export interface Comparison {
  /** Planned files that do not exist. */
  absent: PlannedFile[];
  /** Planned files that exist with other contents. */
  different: PlannedFile[];
  /** Paths that a file cannot replace: a folder or a link, or a file where a folder is needed. */
  blocked: string[];
}

function statOf(path: string) {
  try {
    return lstatSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
      return undefined;
    }
    throw notWritable(path, error);
  }
}

/** @returns the folders between the target and a file in it, the outermost first */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** @returns the path that blocks a file or a folder above it */
function blockerOf(directory: string, { path }: PlannedFile): string | undefined {
  const folder = foldersOf(path).find((name) => {
    const stat = statOf(join(directory, name));
    return stat !== undefined && !stat.isDirectory();
  });
  const stat = statOf(join(directory, path));
  return folder ?? (stat === undefined || stat.isFile() ? undefined : path);
}

/** The root of a share may be closed to a user who may open its folders. */
function isReachable(path: string): boolean {
  const above = dirname(path);
  return existsSync(path) || (above !== path && isReachable(above));
}

/**
 * Checks the drive or network share of a path, which no run can create.
 * @param path an absolute path; its root is `/`, `D:\\` or `\\\\server\\share\\`
 * @throws UserError if neither the path nor any folder above it exists
 */
function checkDrive(path: string): void {
  if (!isReachable(path)) {
    throw new UserError(
      `There is no drive or network share ${parse(path).root}.`,
      'Connect it, or choose another directory.',
      { code: 'not-writable', stage: 'apply' },
    );
  }
}

function isAbsent(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return true;
    }
    throw notWritable(path, error);
  }
}

/**
 * @returns whether a whole project can be put there: the path is missing, or an empty folder
 * @throws UserError if it is a file or a broken link, a folder above it is a file, or its drive does
 * not exist
 */
export function isVacant(directory: string): boolean {
  return namesIn(directory).length === 0;
}

/**
 * @returns the names in a folder; none if it does not exist
 * @throws UserError as `isVacant`
 */
export function namesIn(directory: string): string[] {
  checkDrive(directory);
  return isAbsent(directory) ? [] : entriesOf(directory);
}

/** @returns whether the folder has a project of this program, or a package.json from elsewhere */
export function projectIn(directory: string): 'own' | 'foreign' | undefined {
  if (isProject(directory)) {
    return 'own';
  }
  return existsSync(join(directory, 'package.json')) ? 'foreign' : undefined;
}

/**
 * Compares a plan with what is on disk.
 * @throws UserError if the target is not a directory
 */
export function compare(directory: string, files: PlannedFile[]): Comparison {
  if (isVacant(directory)) {
    return { absent: files, different: [], blocked: [] };
  }
  const blocked = files
    .map((file) => blockerOf(directory, file))
    .filter((path) => path !== undefined);
  const free = files.filter((file) => blockerOf(directory, file) === undefined);
  const absent = free.filter(({ path }) => statOf(join(directory, path)) === undefined);
  const different = free.filter(
    (file) =>
      file.changes !== true &&
      !absent.includes(file) &&
      !hasContents(join(directory, file.path), file.contents),
  );
  return { absent, different, blocked: [...new Set(blocked)] };
}

function hasContents(path: string, contents: string): boolean {
  try {
    return readFileSync(path).equals(Buffer.from(contents));
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** What is in the place of a folder, by the system's error code. */
const noFolder: Record<string, string> = {
  ENOTDIR: 'is a file',
  ENOENT: 'is a broken link',
  ELOOP: 'is a link in a loop',
};

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const what = noFolder[errorCode(error) ?? ''];
    throw what === undefined
      ? notWritable(directory, error)
      : new UserError(`${directory} ${what}.`, 'Choose another directory.', {
          code: 'not-writable',
          stage: 'apply',
          cause: error,
        });
  }
}
