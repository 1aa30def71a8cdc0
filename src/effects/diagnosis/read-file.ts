import { readFileSync, statSync } from 'node:fs';
import { errorCode } from '../reasons.js';

/** More than this no file of settings, keys or certificates has. */
const mostBytes = 1024 * 1024;

export type ReadFile = { bytes: Buffer } | { error: string } | { special: true };

/**
 * Reads a file of a project. What is neither file nor folder is left alone: a pipe would be emptied,
 * and could be waited for without end.
 * @returns the contents, of a huge file nothing, or Node's code of why they cannot be read
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
