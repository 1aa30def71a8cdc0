import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pairNames, pairPaths } from '../core/paths.js';
import { whenUnlocked } from '../io/locked-files.js';
import { addName } from '../io/staging.js';

/** A service may be reading the old file. */
function moveTo(from: string, to: string): void {
  whenUnlocked(() => renameSync(from, to));
}

/**
 * Moves a new pair from a staging folder into its place. A service that watches the files loads the
 * pair when both are there; if the second cannot be moved, the first is restored.
 */
export function movePairIn(staging: string, directory: string): void {
  const certificate = join(directory, pairPaths.certFile);
  const old = join(staging, 'old.pem');
  const isReplaced = existsSync(certificate);
  if (isReplaced) {
    addName(certificate, old);
  }
  moveTo(join(staging, pairNames.certFile), certificate);
  try {
    moveTo(join(staging, pairNames.keyFile), join(directory, pairPaths.keyFile));
  } catch (error) {
    if (isReplaced) {
      moveTo(old, certificate);
    }
    throw error;
  }
}
