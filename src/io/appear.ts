import {
  chmodSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { isVacant } from './compare.js';
import { breathe, stagingIn, type Placing } from './placing.js';
import { errorCode } from './reasons.js';
import { stage } from './staging.js';
import { takeBack, type Undo } from './undo.js';

const permissionBits = 0o7777;

/** @returns the outermost folder of a path that is not there yet; the path itself where all are */
export function outermostAbsent(path: string): string {
  const above = dirname(path);
  return existsSync(above) ? path : outermostAbsent(above);
}

/** Windows renames nothing onto a folder, though it be empty. */
function clearWay(folder: string, undo: Undo[]): void {
  if (process.platform === 'win32' && existsSync(folder)) {
    rmdirSync(folder);
    undo.push(() => mkdirSync(folder));
  }
}

/** The whole project appears by one rename, and so do the folders above it that are not there. */
async function appear(placing: Placing): Promise<void> {
  const { directory, files, undo, cancel } = placing;
  const isThere = existsSync(directory);
  const place = isThere ? realpathSync(directory) : directory;
  const top = outermostAbsent(place);
  const staging = stagingIn(dirname(top), placing);
  const folder = join(staging, relative(dirname(top), place));
  stage(folder, files);
  if (isThere) {
    chmodSync(folder, statSync(place).mode & permissionBits);
  }
  await breathe(cancel);
  clearWay(top, undo);
  renameSync(join(staging, basename(top)), top);
  // It is empty now: to remove it so costs nothing, and a library would have to be loaded.
  rmdirSync(staging);
}

/** An empty folder that another user made stays theirs: it is filled and not replaced. */
function isReplaceable(directory: string): boolean {
  if (!existsSync(directory)) {
    return true;
  }
  const { uid, gid } = statSync(directory);
  const ours = [process.getuid?.() ?? uid, process.getgid?.() ?? gid];
  const isHere = realpathSync(directory) === process.cwd();
  return isVacant(directory) && !isHere && ours[0] === uid && ours[1] === gid;
}

/** An empty folder that cannot be replaced, such as a mount, or one whose parent is not ours. */
const fixedPlace = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'];

/**
 * Puts a project in place as a whole, where nothing is or an empty folder.
 * @returns whether it is there; not where files have to move in one by one
 */
export async function appears(placing: Placing): Promise<boolean> {
  if (!isReplaceable(placing.directory)) {
    return false;
  }
  try {
    await appear(placing);
    return true;
  } catch (error) {
    if (!existsSync(placing.directory) || !fixedPlace.includes(errorCode(error) ?? '')) {
      throw error;
    }
    await takeBack(placing.undo.splice(0));
    return false;
  }
}
