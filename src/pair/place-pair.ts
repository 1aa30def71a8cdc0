import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pairNames, pairPaths } from '../core/paths.js';
import { addName } from '../io/staging.js';

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
  renameSync(join(staging, pairNames.certFile), certificate);
  try {
    renameSync(join(staging, pairNames.keyFile), join(directory, pairPaths.keyFile));
  } catch (error) {
    if (isReplaced) {
      renameSync(old, certificate);
    }
    throw error;
  }
}
