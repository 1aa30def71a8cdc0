import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}

function entryOf(path: string): string {
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) {
    return `link to ${readlinkSync(path)}`;
  }
  return stat.isDirectory() ? `folder ${mode}` : `${mode} ${digestOf(path)}`;
}

/** @returns everything in a folder, by path: contents, modes, folders and links */
export function treeOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(paths.map((path) => [path, entryOf(join(folder, path))]));
}
