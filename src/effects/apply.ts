import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlannedFile } from '../plan/project.js';
import { errorCode, foldersOf, isVacant, notWritable } from './compare.js';

const marker = '.create-fastify-wss-';
const folderMode = 0o755;

/** What takes back one thing that this run made. */
type Undo = () => void | Promise<void>;

/** One run over one target, with what it made so far. */
interface Application {
  directory: string;
  files: PlannedFile[];
  undo: Undo[];
  staging: string[];
}

/** Removes a folder of ours. fs-extra repeats what other programs hold up; it is loaded only here. */
async function removeStaging(folder: string): Promise<void> {
  const { default: fsExtra } = await import('fs-extra');
  await fsExtra.remove(folder);
}

/** Takes back, the newest first; what others have put in a folder meanwhile keeps the folder. */
async function takeBack(undo: Undo[]): Promise<void> {
  for (const step of undo.toReversed()) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a folder goes after what is in it
      await step();
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) {
        throw error;
      }
    }
  }
}

function makeFolder(path: string, undo: Undo[]): void {
  if (!existsSync(path)) {
    mkdirSync(path);
    undo.push(() => rmdirSync(path));
  }
}

function makeFoldersAbove(path: string, undo: Undo[]): void {
  const above = dirname(path);
  if (!existsSync(above)) {
    makeFoldersAbove(above, undo);
    makeFolder(above, undo);
  }
}

/** Writes files below a folder that is ours alone. */
function stage(folder: string, files: PlannedFile[]): void {
  for (const name of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    mkdirSync(join(folder, name));
  }
  for (const { path, contents, mode } of files) {
    writeFileSync(join(folder, path), contents, { mode });
  }
}

/** mkdtemp makes folders that nobody else may enter; a project's folder is an ordinary one. */
function openFolder(folder: string): void {
  chmodSync(folder, folderMode & ~process.umask());
}

/** A new folder of ours, beside the target or in it. */
function stagingIn(parent: string, { undo, staging }: Application): string {
  const folder = mkdtempSync(join(parent, `${marker}${process.pid}-`));
  undo.push(() => removeStaging(folder));
  staging.push(folder);
  return folder;
}

/** The whole project appears by one rename. */
function appear(application: Application): void {
  const { directory, files, undo } = application;
  makeFoldersAbove(directory, undo);
  const folder = stagingIn(dirname(directory), application);
  stage(folder, files);
  openFolder(folder);
  if (process.platform === 'win32' && existsSync(directory)) {
    rmdirSync(directory);
  }
  renameSync(folder, existsSync(directory) ? realpathSync(directory) : directory);
}

/** @returns whether the project is there; not where an empty target, such as a mount, must stay */
function appears(application: Application): boolean {
  try {
    appear(application);
    return true;
  } catch (error) {
    const stays = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ENOTEMPTY'];
    if (existsSync(application.directory) && stays.includes(errorCode(error) ?? '')) {
      return false;
    }
    throw error;
  }
}

/** Files move in one by one: each is absent, old or whole at any moment. */
function moveIn(application: Application): void {
  const { directory, files, undo } = application;
  const folder = stagingIn(directory, application);
  const [fresh, old] = [join(folder, 'new'), join(folder, 'old')];
  mkdirSync(fresh);
  mkdirSync(old);
  stage(fresh, files);
  for (const [index, { path }] of files.entries()) {
    const place = join(directory, path);
    const copy = join(old, String(index));
    for (const name of foldersOf(path)) {
      makeFolder(join(directory, name), undo);
    }
    if (existsSync(place)) {
      copyFileSync(place, copy);
      undo.push(() => renameSync(copy, place));
    } else {
      undo.push(() => unlinkSync(place));
    }
    renameSync(join(fresh, path), place);
  }
}

/**
 * Puts files in place, all or none.
 * @param directory absolute path of the project
 * @param files those to write; the ones that are there are replaced
 * @throws UserError when it cannot be done; what was made until then is gone again
 */
export async function apply(directory: string, files: PlannedFile[]): Promise<void> {
  const application: Application = { directory, files, undo: [], staging: [] };
  const replaceable = isVacant(directory) && directory !== process.cwd();
  try {
    if (!replaceable || !appears(application)) {
      moveIn(application);
    }
  } catch (error) {
    await takeBack(application.undo);
    throw notWritable(directory, error);
  }
  await Promise.all(application.staging.filter((folder) => existsSync(folder)).map(removeStaging));
}
