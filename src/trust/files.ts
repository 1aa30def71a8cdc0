import { readFileSync, readdirSync, statSync } from 'node:fs';

/** @returns the text of a file; nothing where it is not there or not ours to read */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // To whoever looks a certificate up, a file that cannot be read is one that lacks it.
    return undefined;
  }
}

/** @returns the names in a folder; none where it is not there or not ours to read */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}

/** @returns whether there is a folder of that path */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
