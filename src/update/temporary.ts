import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns the path of a new folder, outside of the project; `removeTemporary` removes it */
export function makeTemporary(): string {
  return mkdtempSync(join(tmpdir(), 'create-fastify-wss-update-'));
}

/** Removes a temporary folder. On Windows, other programs may lock files for a moment. */
export function removeTemporary(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
