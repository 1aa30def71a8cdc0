import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AnswerValue, OptionName } from '../../options/answers.js';
import { optionNamed } from '../../options/options.js';
import { isPackageManager, type PackageManager } from '../../options/package-managers.js';
import { readJsonValue } from '../../options/values.js';
import { recordPath } from '../../core/paths.js';

/** What a diagnosis needs of the answers that a project was generated with. */
export interface ProjectRecord {
  version?: string;
  packageManager: PackageManager;
  /** Where its certificate comes from. */
  certSource?: string;
  redis: boolean;
}

/** @returns the folder of the project that contains a folder, or is it */
export function findProject(directory: string): string | undefined {
  const folder = resolve(directory);
  if (existsSync(join(folder, recordPath))) {
    return folder;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findProject(parent);
}

/** An answer in the record; undefined if it is missing or invalid. */
function answerOf(record: unknown, name: OptionName): AnswerValue | undefined {
  const { answers } = Object(record);
  try {
    return readJsonValue(optionNamed(name), Object(answers)[name]);
  } catch {
    // The record was edited by hand: its other answers are still good.
    return undefined;
  }
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The settings are more important than an unreadable record.
    return {};
  }
}

/** @returns the record of a project, with npm as the default. Never throws. */
export function readRecord(directory: string): ProjectRecord {
  const record = parsed(join(directory, recordPath));
  const { version } = Object(record);
  const manager = String(answerOf(record, 'packageManager'));
  const certSource = answerOf(record, 'certSource');
  return {
    ...(typeof version === 'string' ? { version } : {}),
    packageManager: isPackageManager(manager) ? manager : 'npm',
    ...(typeof certSource === 'string' ? { certSource } : {}),
    redis: answerOf(record, 'redis') === true,
  };
}
