import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { copyFileSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlannedFile } from '../plan/project.js';
import { foldersOf } from './compare.js';
import { errorCode } from './reasons.js';

const marker = '.create-fastify-wss-';

/** A staging folder as `mkdtemp` names it: the marker, the process that made it, six letters. */
const staged = /^\.create-fastify-wss-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Makes a folder, and those above it. Node's own way to make all of them never ends where a folder is
 * there that takes none, as /proc.
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) {
    return;
  }
  makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (errorCode(error) !== 'EEXIST' || !existsSync(path)) {
      throw error;
    }
  }
}

/** Makes a new folder of ours, which no other run touches while this process lives. */
export function makeStaging(parent: string): string {
  return mkdtempSync(join(parent, `${marker}${process.pid}-`));
}

/** Removes a folder of ours. fs-extra repeats what other programs hold up; it is loaded only here. */
export async function removeStaging(folder: string): Promise<void> {
  if (existsSync(folder)) {
    const { default: fsExtra } = await import('fs-extra');
    await fsExtra.remove(folder);
  }
}

/** Writes files below a folder of ours. */
export function stage(folder: string, files: PlannedFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    mkdirSync(join(folder, name));
  }
  for (const { path, contents, mode } of files) {
    writeFileSync(join(folder, path), contents, { mode });
  }
}

/** File systems without hard links, and links that a system forbids. */
const linkless = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV'];

/**
 * Gives a file a second name, where none may be: nothing is ever replaced by it. Without hard links
 * the second name is that of a copy.
 */
export function addName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!linkless.includes(errorCode(error) ?? '')) {
      throw error;
    }
    const { COPYFILE_EXCL } = process.getBuiltinModule('node:fs').constants;
    copyFileSync(from, to, COPYFILE_EXCL);
  }
}

function isAlive(pid: number): boolean {
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

/** @returns whether a run that was ended by force has left staging in a folder */
export function hasLeftOver(folder: string): boolean {
  return readdirSync(folder).some((name) => isLeftOver(folder, name));
}

/**
 * Clears staging that a run has left which was ended by force: it bears our marker, and its process
 * is no more. What belongs to others stays, and so does what cannot be looked at.
 */
export async function clearLeftOver(folder: string): Promise<void> {
  try {
    const names = readdirSync(folder).filter((name) => isLeftOver(folder, name));
    await Promise.all(names.map((name) => removeStaging(join(folder, name))));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
      throw error;
    }
  }
}
