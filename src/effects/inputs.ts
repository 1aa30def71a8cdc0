import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Answers } from '../core/answers.js';
import { UserError, messageOf } from '../core/errors.js';
import type { Templates } from '../core/templates.js';
import { standardPaths, type PemPaths } from '../plan/settings-values.js';

/**
 * @param path of an answers file, `-` for stdin
 * @throws UserError when it cannot be read
 */
export function readAnswersText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError(
      `The answers file cannot be read: ${reason}.`,
      'Give the path of a JSON file.',
      {
        code: 'unreadable-file',
        stage: 'answers',
        cause: error,
      },
    );
  }
}

/** @returns the templates that lie beside the bundle */
export function loadTemplates(): Templates {
  return JSON.parse(readFileSync(new URL('./templates.json', import.meta.url), 'utf8'));
}

/** A path below the project moves with it; any other is written in full. */
function fromProject(directory: string, path: string): string {
  const absolute = resolve(path);
  const inside = relative(directory, absolute);
  const leaves = inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside);
  return leaves ? absolute : inside.split(sep).join('/');
}

/** @returns the PEM paths of the answers as the project's `.env` names them */
export function pemPaths(directory: string, answers: Answers): PemPaths {
  const { keyFile, certFile, caFile } = answers;
  return {
    keyFile: keyFile === undefined ? standardPaths.keyFile : fromProject(directory, keyFile),
    certFile: certFile === undefined ? standardPaths.certFile : fromProject(directory, certFile),
    caFile: caFile === undefined ? standardPaths.caFile : fromProject(directory, caFile),
  };
}
