import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { recordPath } from '../core/paths.js';
import { shown } from '../core/printable.js';
import { isProject } from '../io/record.js';
import { isProjectName } from '../project/plan/project-name.js';
import isNewer from 'semver/functions/gt.js';
import valid from 'semver/functions/valid.js';

/** What a project was generated from. */
export interface Recorded {
  version: string;
  name: string;
  /** As in the file: the options of that version. */
  answers: object;
}

function damaged(why: string, fix: string): UserError {
  return new UserError(`${recordPath}: ${why}`, `${fix} Nothing was written.`, {
    code: 'invalid-value',
    stage: 'answers',
  });
}

/** Only a plain version can be fetched: not a tag, a range or a path. */
function isExact(version: unknown): version is string {
  return typeof version === 'string' && valid(version) === version;
}

const restore = `Restore it: git checkout HEAD -- ${recordPath}.`;

/**
 * Reads the record of a project.
 * @param version the version of this package
 * @throws UserError if there is none, if it is damaged, or if a newer version wrote it
 */
export function readRecorded(project: string, version: string): Recorded {
  if (!isProject(project)) {
    throw new UserError(
      `There is no ${recordPath} here.`,
      'Change to the folder of a project that create-fastify-wss created.',
      { code: 'invalid-value', stage: 'answers' },
    );
  }
  if (!statSync(join(project, recordPath)).isFile()) {
    throw damaged('it is not a file.', restore);
  }
  const read = parse(readFileSync(join(project, recordPath), 'utf8'));
  if (isNewer(read.version, version)) {
    throw damaged(
      `version ${read.version} wrote it, which is newer than ${version}.`,
      `Run npx create-fastify-wss@${read.version} update, or a newer version.`,
    );
  }
  return read;
}

function named(value: unknown, what: string): string {
  return value === undefined ? `it has no ${what}.` : `${shown(value)} is not a ${what}.`;
}

function parse(text: string): Recorded {
  const read: unknown = parseJson(text);
  const { version, name, answers }: Partial<Record<keyof Recorded, unknown>> = Object(read);
  if (!isExact(version)) {
    throw damaged(named(version, 'version'), restore);
  }
  if (typeof name !== 'string' || !isProjectName(name)) {
    throw damaged(named(name, 'name of a project'), restore);
  }
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) {
    throw damaged('it has no answers.', restore);
  }
  return { version, name, answers };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    if (/^<{7} /m.test(text)) {
      throw damaged('it has conflict markers.', 'Keep the newer version, and every answer.');
    }
    throw damaged('it is not JSON.', restore);
  }
}
