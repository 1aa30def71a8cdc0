import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairPaths, recordPath } from '../core/paths.js';
import type { Answers } from '../options/answers.js';
import { isComplete, resolve } from '../options/resolve.js';

const world = { packageManager: 'npm', mkcert: false, trusted: false } as const;

/** Paths of the user's files are not recorded; no file is read from them. */
const unrecorded = pairPaths;

/** @returns the answers that an existing project was generated with; undefined if they are unknown */
export function recordedAnswers(directory: string): Answers | undefined {
  try {
    const { answers } = JSON.parse(readFileSync(join(directory, recordPath), 'utf8'));
    const layers = { flag: { directory }, file: answers, asked: unrecorded };
    const { known, gaps } = resolve(layers, world);
    return isComplete(known, gaps) ? known : undefined;
  } catch {
    // No project, or a damaged record.
    return undefined;
  }
}
