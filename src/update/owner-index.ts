import { copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearLeftOver, makeStaging, tryToRemove } from '../io/staging.js';
import { errorCode } from '../io/system-errors.js';
import { gitBytes, tryGit } from './git.js';
import { refusal, type Repository } from './repository.js';

/** Milliseconds for which another program may hold the lock, and between two looks at it. */
const patience = 1000;
const pause = 50;

/** @throws UserError if another program holds the lock for more than a moment */
export async function awaitIndex({ index }: Repository): Promise<void> {
  const lock = `${index}.lock`;
  for (let waited = 0; existsSync(lock); waited += pause) {
    if (waited >= patience) {
      const fix = `Wait for the other git program, or remove ${lock} if none is running.`;
      throw refusal('The index of the repository is locked.', fix);
    }
    // oxlint-disable-next-line no-await-in-loop -- looks again and again
    await sleep(pause);
  }
}

function versionOf(path: string): string {
  const { mtimeMs, size, ino } = statSync(path);
  return [mtimeMs, size, ino].join();
}

/**
 * Replaces the index by a new one, under git's own lock, unless it has changed since.
 * @returns whether it did
 */
function replaceIndex({ index }: Repository, fresh: string, seen: string): boolean {
  const lock = `${index}.lock`;
  try {
    linkSync(fresh, lock);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
  if (versionOf(index) !== seen) {
    rmSync(lock);
    return false;
  }
  renameSync(lock, index);
  return true;
}

/**
 * Puts the results into the index. Git changes a copy of it, so that no lock stays behind if both are
 * killed; it also looks at the files once, so that they count as unchanged.
 * @param input what `git update-index -z --index-info` reads
 */
export async function updateIndex(repository: Repository, input: string): Promise<void> {
  const { top, folder, index } = repository;
  clearLeftOver(folder);
  const staging = makeStaging(folder);
  const fresh = join(staging, 'index');
  const env = { GIT_INDEX_FILE: fresh };
  let isDone = false;
  while (!isDone) {
    // oxlint-disable-next-line no-await-in-loop -- another program may take the lock in between
    await awaitIndex(repository);
    const seen = versionOf(index);
    copyFileSync(index, fresh);
    gitBytes({ cwd: top, env, input }, ['update-index', '-z', '--index-info']);
    tryGit({ cwd: top, env }, ['update-index', '-q', '--refresh']);
    isDone = replaceIndex(repository, fresh, seen);
  }
  tryToRemove(staging);
}
