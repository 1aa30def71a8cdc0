import { readFileSync, statSync } from 'node:fs';
import { errorCode } from '../../io/system-errors.js';

/** No settings, key or certificate file is larger than this. */
const mostBytes = 1024 * 1024;

export type ReadFile = { bytes: Buffer } | { error: string } | { special: true };

/**
 * Reads a file of a project. Does not read pipes and devices: reading would empty a pipe, and could
 * block forever.
 * @returns the contents (a placeholder for a huge file), or Node's code if they cannot be read
 */
export function readWhole(path: string): ReadFile {
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory()) {
      return { special: true };
    }
    return { bytes: found.size > mostBytes ? Buffer.from('-') : readFileSync(path) };
  } catch (error) {
    return { error: errorCode(error) ?? 'EIO' };
  }
}
