import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordPath } from '../core/paths.js';
import { anyExists } from './environment.js';

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
  try {
    return Object(JSON.parse(readFileSync(join(directory, recordPath), 'utf8')));
  } catch {
    // No project, or a damaged record.
    return {};
  }
}
