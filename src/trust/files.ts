import { readFileSync, readdirSync, statSync } from 'node:fs';

/** @returns the text of a file; undefined if it is missing or cannot be read */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // An unreadable file counts as one without the certificate.
    return undefined;
  }
}

/** @returns the names in a folder; none if it is missing or cannot be read */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}

/** @returns whether the path is a folder */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
