import { dirname, resolve } from 'node:path';
import type { AnswerValue, OptionName } from '../../options/answers.js';
import { extras, type ExtraName } from '../../options/extras.js';
import { optionNamed } from '../../options/options.js';
import { isPackageManager, type PackageManager } from '../../options/package-managers.js';
import { readJsonValue } from '../../options/values.js';
import { recordPath } from '../../core/paths.js';
import { findUpwards } from '../../io/environment.js';
import { readRecord } from '../../io/record.js';

/** What a diagnosis needs of the answers that a project was generated with. */
export interface ProjectRecord {
  version?: string;
  packageManager: PackageManager;
  /** Where its certificate comes from. */
  certSource?: string;
  /** The extras that it does not have. */
  missing: ExtraName[];
}

/** @returns the folder of the project that contains a folder, or is it */
export function findProject(directory: string): string | undefined {
  const record = findUpwards(resolve(directory), [recordPath]);
  return record === undefined ? undefined : dirname(record);
}

/** An answer in the record; undefined if it is missing or invalid. */
function answerOf(answers: unknown, name: OptionName): AnswerValue | undefined {
  try {
    return readJsonValue(optionNamed(name), Object(answers)[name]);
  } catch {
    // The record was edited by hand: its other answers are still good.
    return undefined;
  }
}

/** @returns the record of a project, with npm as the default. Never throws. */
export function projectRecord(directory: string): ProjectRecord {
  const { version, answers } = readRecord(directory);
  const manager = String(answerOf(answers, 'packageManager'));
  const certSource = answerOf(answers, 'certSource');
  return {
    ...(typeof version === 'string' ? { version } : {}),
    packageManager: isPackageManager(manager) ? manager : 'npm',
    ...(typeof certSource === 'string' ? { certSource } : {}),
    missing: extras.map(({ name }) => name).filter((name) => answerOf(answers, name) !== true),
  };
}
