import { messageOf } from '../core/errors.js';
import { errorCode } from '../io/system-errors.js';

/** Undoes one change of this run. */
export type Undo = () => void;

/** Codes of files that are already gone, or folders that others have filled meanwhile. */
const settled = ['ENOENT', 'ENOTEMPTY', 'EEXIST'];

/**
 * Undoes the changes of a run, the newest first. A failure does not stop the rest.
 * @returns what is left, in words; empty if all changes were undone
 */
export function undoAll(undo: Undo[]): string[] {
  const left: string[] = [];
  for (const step of undo.toReversed()) {
    try {
      step();
    } catch (error) {
      if (!settled.includes(errorCode(error) ?? '')) {
        left.push(`Not undone: ${messageOf(error)}`);
      }
    }
  }
  return left;
}
