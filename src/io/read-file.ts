import { readFileSync, statSync } from 'node:fs';

/**
 * Reads a file that somebody else may have put there. A named pipe would be read until another program
 * writes to it, which may be never.
 * @throws Error for what is no file, and as `readFileSync`
 */
export function readRegularFile(path: string): Buffer {
  const found = statSync(path);
  if (!found.isFile() && !found.isDirectory()) {
    throw new Error('it is not a regular file');
  }
  return readFileSync(path);
}
