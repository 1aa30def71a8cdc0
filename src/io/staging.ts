import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { copyFileSync, lstatSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { whenUnlocked } from './locked-files.js';
import { setMode } from './modes.js';
import { errorCode } from './system-errors.js';

const permissionBits = 0o7777;
/** The owner of a folder can list, change and enter it. */
const ownerBits = 0o700;

const marker = '.create-fastify-wss-';

/** The name of a staging folder from `mkdtemp`: the marker, the process id, six letters. */
const staged = /^\.create-fastify-wss-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Creates a folder and those above it, which this user can enter whatever the umask is. Node's
 * recursive mkdir never returns below a folder that accepts none, such as /proc.
 * @param mode of the created folders; the usual one by default
 */
export function makeFolders(path: string, mode?: number): void {
  if (existsSync(path)) {
    return;
  }
  const above = dirname(path);
  // A drive or a network share that does not exist has no folder above it.
  if (above !== path) {
    makeFolders(above, mode);
  }
  try {
    mkdirSync(path, mode);
    setMode(path, mode ?? (statSync(path).mode & permissionBits) | ownerBits);
  } catch (error) {
    // Another run may have created it meanwhile.
    if (errorCode(error) !== 'EEXIST' || !existsSync(path)) {
      throw error;
    }
  }
}

/** Creates a private staging folder, which no other run touches while this process is alive. */
export function makeStaging(parent: string): string {
  const folder = mkdtempSync(join(parent, `${marker}${process.pid}-`));
  setMode(folder, ownerBits);
  return folder;
}

/** Removes a staging folder, if it still exists. On Windows, other programs may lock files for a moment. */
export function removeStaging(folder: string): void {
  // The retries of Node 20 itself do not cover a folder that is busy.
  whenUnlocked(() => rmSync(folder, { recursive: true, force: true }));
}

/** @returns whether a staging folder could be removed; the next run tries again */
export function tryToRemove(folder: string): boolean {
  try {
    removeStaging(folder);
    return true;
  } catch {
    // Another program has a file in it open.
    return false;
  }
}

/** Codes of file systems without hard links, or of links that a system forbids. */
const linkless = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV'];

/**
 * Gives a file a second name that must not exist, so that nothing is replaced. Without hard links, it
 * makes a copy.
 */
export function addName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!linkless.includes(errorCode(error) ?? '')) {
      throw error;
    }
    const { COPYFILE_EXCL } = process.getBuiltinModule('node:fs').constants;
    whenUnlocked(() => copyFileSync(from, to, COPYFILE_EXCL));
  }
}

/** @returns whether a process runs */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function isLeftOver(folder: string, name: string): boolean {
  const [, pid] = staged.exec(name) ?? [];
  return pid !== undefined && !isAlive(Number(pid)) && lstatSync(join(folder, name)).isDirectory();
}

/** @returns whether a killed run has left staging in a folder */
export function hasLeftOver(folder: string): boolean {
  return readdirSync(folder).some((name) => isLeftOver(folder, name));
}

/** Codes of folders that cannot be read or removed now. */
const ignored = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EBUSY', 'ENOTEMPTY'];

/**
 * Removes the staging of killed runs: it has the marker, and its process has ended. Files of others
 * stay, and so do unreadable ones.
 */
export function clearLeftOver(folder: string): void {
  try {
    const names = readdirSync(folder).filter((name) => isLeftOver(folder, name));
    names.forEach((name) => removeStaging(join(folder, name)));
  } catch (error) {
    if (!ignored.includes(errorCode(error) ?? '')) {
      throw error;
    }
  }
}
