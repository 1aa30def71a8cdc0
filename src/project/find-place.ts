import { resolve } from 'node:path';
import type { Place } from '../core/place.js';
import { repositoryAround } from '../io/repository.js';
import { workspaceOf } from '../io/workspace.js';
import type { Answers } from '../options/answers.js';

/** @returns where a project with these answers lies, as far as they depend on it */
export async function findPlace(answers: Answers): Promise<Place> {
  const directory = resolve(answers.directory);
  const [workspace, repository] = await Promise.all([
    workspaceOf(directory, answers.packageManager),
    answers.git || answers.githubActions ? repositoryAround(directory) : {},
  ]);
  return { ...workspace, ...repository };
}
