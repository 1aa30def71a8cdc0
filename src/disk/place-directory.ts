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
import { letSignalsIn, type Placing, stage, stagingIn } from './stage.js';
import { whenUnlocked } from '../io/locked-files.js';
import { errorCode } from '../io/system-errors.js';
import { undoAll, type Undo } from './undo.js';

const permissionBits = 0o7777;

/** @returns the outermost missing folder of a path; the path itself if none is missing */
export function outermostAbsent(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(above) ? path : outermostAbsent(above);
}

/** Windows cannot rename onto a folder, even an empty one. */
function removeEmptyFolder(folder: string, undo: Undo[]): void {
  if (process.platform === 'win32' && existsSync(folder)) {
    whenUnlocked(() => rmdirSync(folder));
    undo.push(() => mkdirSync(folder));
  }
}

/** One rename puts the whole project in place, with the missing folders above it. */
async function moveAtOnce(placing: Placing): Promise<void> {
  const { directory, changes, undo, cancel } = placing;
  const isThere = existsSync(directory);
  const place = isThere ? realpathSync(directory) : directory;
  const top = outermostAbsent(place);
  const staging = stagingIn(dirname(top), placing);
  const folder = join(staging, relative(dirname(top), place));
  stage(folder, changes.absent);
  if (isThere) {
    chmodSync(folder, statSync(place).mode & permissionBits);
  }
  await letSignalsIn(cancel);
  removeEmptyFolder(top, undo);
  const move = (): void => renameSync(join(staging, basename(top)), top);
  // An existing folder can also be filled file by file, which needs no pause.
  if (existsSync(top)) {
    move();
    return;
  }
  whenUnlocked(move);
}

/** An empty folder of another user keeps its owner: it is filled, not replaced. */
function isReplaceable(directory: string): boolean {
  if (!existsSync(directory)) {
    return true;
  }
  const { uid, gid } = statSync(directory);
  const ours = [process.getuid?.() ?? uid, process.getgid?.() ?? gid];
  const isHere = realpathSync(directory) === process.cwd();
  return isVacant(directory) && !isHere && ours[0] === uid && ours[1] === gid;
}

/** An empty folder that cannot be replaced, such as a mount, or one whose parent is not writable. */
const fixedPlace = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'];

/**
 * Puts a project in place at once, if the target is missing or an empty folder.
 * @returns whether it did; false if the files must be moved one by one
 */
export async function movedAtOnce(placing: Placing): Promise<boolean> {
  if (placing.changes.different.length > 0 || !isReplaceable(placing.directory)) {
    return false;
  }
  try {
    await moveAtOnce(placing);
    return true;
  } catch (error) {
    if (!existsSync(placing.directory) || !fixedPlace.includes(errorCode(error) ?? '')) {
      throw error;
    }
    undoAll(placing.undo.splice(0));
    return false;
  }
}
