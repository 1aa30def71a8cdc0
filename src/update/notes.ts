import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, gitBytes } from './git.js';
import { notesSince, type Note } from './migrations.js';
import type { Repository } from './repository.js';

/** Larger files are not source code. */
const mostBytes = 1024 * 1024;

/** @returns what the owner has to change by hand in the tracked files of the project */
export function notesFor({ project }: Repository, version: string): Note[] {
  const paths = fieldsOf(gitBytes({ cwd: project }, ['ls-files', '-z', '.'])).filter((path) => {
    const file = join(project, path);
    return existsSync(file) && statSync(file).isFile() && statSync(file).size <= mostBytes;
  });
  const texts = paths.map((path) => [path, readFileSync(join(project, path), 'utf8')] as const);
  return notesSince(version, new Map(texts));
}
