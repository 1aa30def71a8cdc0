import { errorCode } from './system-errors.js';

/**
 * Codes of a file or folder that another program has open: a virus scanner or an indexer on Windows, a
 * client of the same network share. On other systems, some of them are permanent.
 */
const locked = ['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY'];

/** Pauses between the tries in milliseconds: 1.2 seconds in all. */
const pauses = [10, 20, 40, 80, 150, 300, 600];

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * Renames or removes something. Retries if it is locked for a moment.
 * @throws the last error of the file system
 */
export function whenUnlocked<Result>(act: () => Result): Result {
  for (const milliseconds of pauses) {
    try {
      return act();
    } catch (error) {
      if (!locked.includes(errorCode(error) ?? '')) {
        throw error;
      }
      pause(milliseconds);
    }
  }
  return act();
}
