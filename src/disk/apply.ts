import { dirname } from 'node:path';
import { Cancelled, UserError } from '../core/errors.js';
import { movedAtOnce, outermostAbsent } from './place-directory.js';
import { moveIn } from './place-files.js';
import { sizeOf, type Changes, type Placing } from './stage.js';
import { errorCode, notWritable } from '../io/system-errors.js';
import { clearLeftOver, tryToRemove } from '../io/staging.js';
import { undoAll } from './undo.js';

/** A path that was free when the plan was compared is taken: another program is active here. */
function refusal(directory: string, error: unknown, left: string[]): unknown {
  if (error instanceof Cancelled) {
    return new Cancelled(error.signal, { details: left });
  }
  return ['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')
    ? new UserError(`Another program has written to ${directory} during the run.`, 'Run again.', {
        code: 'conflict',
        stage: 'apply',
        cause: error,
        details: left,
      })
    : notWritable(directory, error, left);
}

/**
 * Puts files in place, all or none, and removes the leftovers of a killed run.
 * @param directory absolute path of the project
 * @param changes the files to add and to replace; a file to add must still be absent
 * @param cancel its reason is thrown if it aborts before the last file is in place
 * @returns temporary folders that could not be removed
 * @throws UserError if that fails; all changes are undone then
 */
export async function apply(
  directory: string,
  changes: Changes,
  cancel: AbortSignal,
): Promise<string[]> {
  const placing: Placing = { directory, changes, undo: [], staging: [], cancel };
  [dirname(outermostAbsent(directory)), directory].forEach(clearLeftOver);
  if (sizeOf(changes) === 0) {
    return [];
  }
  try {
    if (!(await movedAtOnce(placing))) {
      await moveIn(placing);
    }
  } catch (error) {
    throw refusal(directory, error, undoAll(placing.undo));
  }
  return placing.staging.filter((folder) => !tryToRemove(folder));
}
