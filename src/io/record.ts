import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { recordPath } from '../core/paths.js';
import { anyExists } from './environment.js';

/** The most that a record has, in bytes: larger files and pipes are no records. */
const mostBytes = 1024 * 1024;

/** @returns whether a folder contains a generated project */
export function isProject(directory: string): boolean {
  return anyExists(directory, [recordPath]);
}

interface Recorded {
  version?: unknown;
  name?: unknown;
  answers?: unknown;
}

/** @returns what the record of a project contains, unchecked; an empty object if it cannot be read */
export function readRecord(directory: string): Recorded {
  const path = join(directory, recordPath);
  try {
    const file = statSync(path);
    const isRecord = file.isFile() && file.size <= mostBytes;
    return isRecord ? Object(JSON.parse(readFileSync(path, 'utf8'))) : {};
  } catch {
    // No project, or a damaged record.
    return {};
  }
}
