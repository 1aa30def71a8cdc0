import { messageOf } from '../core/errors.js';
import { errorCode } from './reasons.js';

/** What takes back one thing that this run made. */
export type Undo = () => void | Promise<void>;

/** Gone already, or kept by what others have put there meanwhile. */
const settled = ['ENOENT', 'ENOTEMPTY', 'EEXIST'];

/**
 * Takes back what a run made, the newest first. What cannot be taken back does not keep the rest.
 * @returns what is left, in words; nothing where all is gone
 */
export async function takeBack(undo: Undo[]): Promise<string[]> {
  const left: string[] = [];
  for (const step of undo.toReversed()) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a folder goes after what is in it
      await step();
    } catch (error) {
      if (!settled.includes(errorCode(error) ?? '')) {
        left.push(`Not taken back: ${messageOf(error)}`);
      }
    }
  }
  return left;
}
