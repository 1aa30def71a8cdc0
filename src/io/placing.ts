import type { PlannedFile } from '../plan/project.js';
import { makeStaging, removeStaging } from './staging.js';
import type { Undo } from './undo.js';

/** One run over one target, with what takes back what it made so far. */
export interface Placing {
  directory: string;
  files: PlannedFile[];
  undo: Undo[];
  /** Folders of ours, to be removed when all is in place. */
  staging: string[];
  cancel: AbortSignal;
}

/**
 * Lets signals in, and goes on only where none has come. They come between two immediates: the first
 * may be due before the event loop looks for them.
 */
export async function breathe(cancel: AbortSignal): Promise<void> {
  await new Promise((wake) => setImmediate(() => setImmediate(wake)));
  cancel.throwIfAborted();
}

/** Makes a folder of ours in another. */
export function stagingIn(parent: string, { undo, staging }: Placing): string {
  const folder = makeStaging(parent);
  undo.push(() => removeStaging(folder));
  staging.push(folder);
  return folder;
}
