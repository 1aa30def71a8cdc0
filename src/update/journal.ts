import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../io/system-errors.js';
import { isAlive } from '../io/staging.js';
import { refusal, type Repository } from './repository.js';
import type { TreeEntry } from './scratch.js';

/** A file that an update changes. */
export interface Change {
  /** In the project. */
  path: string;
  /** A fingerprint of what it was; null if there was none. */
  old: string | null;
  /** What it gets; null if it is removed. */
  entry: TreeEntry | null;
}

/** Everything that an update still has to do: written before it begins, and removed when all is done. */
export interface Journal {
  journal: 1;
  /** The process that works on it. */
  pid: number;
  /** The path to the project, from the root of the repository. */
  prefix: string;
  changes: Change[];
  /** The input of `git update-index -z --index-info`. */
  index: string;
}

function pathOf({ folder }: Repository): string {
  return join(folder, 'create-fastify-wss-update.json');
}

/** Writes the journal at once: it is complete, or it is not there. */
export function writeJournal(repository: Repository, journal: Journal): void {
  const path = pathOf(repository);
  writeFileSync(`${path}.new`, JSON.stringify(journal), { flush: true });
  renameSync(`${path}.new`, path);
}

/**
 * @returns the journal of an interrupted update; undefined if there is none
 * @throws UserError if that update is still running
 */
export function readJournal(repository: Repository): Journal | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(pathOf(repository), 'utf8'));
    if (isJournal(read) && isAlive(read.pid)) {
      throw refusal(
        `Another update is running (process ${read.pid}).`,
        `Wait for it, or remove ${pathOf(repository)} if that is another program.`,
      );
    }
    return isJournal(read) ? read : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function isJournal(read: unknown): read is Journal {
  return typeof read === 'object' && read !== null && 'journal' in read && read.journal === 1;
}

/** Removes the journal: nothing is left to do. */
export function removeJournal(repository: Repository): void {
  rmSync(pathOf(repository), { force: true });
}
