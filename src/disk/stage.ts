import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedFile } from '../project/plan/project.js';
import { makeStaging, removeStaging } from '../io/staging.js';
import { foldersOf, type Comparison } from './compare.js';
import type { Undo } from './undo.js';

/** What a comparison found to do. */
export type Changes = Pick<Comparison, 'absent' | 'different'>;

/** @returns how many files change */
export function sizeOf({ absent, different }: Changes): number {
  return absent.length + different.length;
}

/** One run on one target, with the undo actions so far. */
export interface Placing {
  directory: string;
  changes: Changes;
  undo: Undo[];
  /** Temporary folders, to be removed when all is in place. */
  staging: string[];
  cancel: AbortSignal;
}

/**
 * Lets signals arrive, and continues only without one. They arrive between two immediates: the first
 * may be due before the event loop looks for signals.
 */
export async function letSignalsIn(cancel: AbortSignal): Promise<void> {
  await new Promise((wake) => setImmediate(() => setImmediate(wake)));
  cancel.throwIfAborted();
}

/** Creates a temporary folder in another. */
export function stagingIn(parent: string, { undo, staging }: Placing): string {
  const folder = makeStaging(parent);
  undo.push(() => removeStaging(folder));
  staging.push(folder);
  return folder;
}

/** Writes files below a staging folder. */
export function stage(folder: string, files: PlannedFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    mkdirSync(join(folder, name));
  }
  for (const { path, contents, mode } of files) {
    writeFileSync(join(folder, path), contents, { mode });
  }
}
