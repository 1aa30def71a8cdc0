import { pairPaths } from '../core/paths.js';
import { readRecord } from '../io/record.js';
import type { Answers } from '../options/answers.js';
import { isComplete, resolve } from '../options/resolve.js';

const world = { packageManager: 'npm', mkcert: false, trusted: false } as const;

/** Paths of the user's files are not recorded; no file is read from them. */
const unrecorded = pairPaths;

/** @returns the answers that an existing project was generated with; undefined if they are unknown */
export function recordedAnswers(directory: string): Answers | undefined {
  const { answers } = readRecord(directory);
  if (typeof answers !== 'object' || answers === null) {
    return undefined;
  }
  try {
    const layers = { flag: { directory }, file: answers, asked: unrecorded };
    const { known, gaps } = resolve(layers, world);
    return isComplete(known, gaps) ? known : undefined;
  } catch {
    // Edited by hand: an answer has another type.
    return undefined;
  }
}
