import { readFileSync, statSync } from 'node:fs';
import { errorCode } from '../../io/system-errors.js';
import { notRegular } from '../project-evidence.js';

/** No settings, key or certificate file is larger than this. */
const mostBytes = 1024 * 1024;

export type ReadFile = { bytes: Buffer } | { error: string };

/**
 * Reads a file of a project.
 * @returns the contents (a placeholder for a huge file), or Node's code if they cannot be read
 */
export function readWhole(path: string): ReadFile {
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory()) {
      return { error: notRegular };
    }
    return { bytes: found.size > mostBytes ? Buffer.from('-') : readFileSync(path) };
  } catch (error) {
    return { error: errorCode(error) ?? 'EIO' };
  }
}
