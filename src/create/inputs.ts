import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Answers } from '../options/answers.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { flagOf } from '../options/options.js';
import { checkSettingsPath } from '../core/paths.js';
import { standardPaths, type PemPaths } from '../project/plan/template-values.js';
import { reasonOf } from '../io/system-errors.js';

function unreadable(reason: string, fix: string, cause?: unknown): UserError {
  const context = { code: 'unreadable-file', stage: 'answers', cause } as const;
  return new UserError(`The answers file cannot be read: ${reason}.`, fix, context);
}

/** Reads a pipe or a file to its end; a signal ends that. */
async function readStdin(cancel: AbortSignal): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) {
    throw unreadable('stdin is a terminal', 'Pass its path, or pipe it: --answers - < FILE.');
  }
  // The signal may have come while this was loaded.
  cancel.throwIfAborted();
  const leave = (): void => void stdin.destroy();
  cancel.addEventListener('abort', leave);
  try {
    const chunks = await stdin.setEncoding('utf8').toArray();
    return chunks.join('');
  } catch (error) {
    cancel.throwIfAborted();
    throw unreadable(reasonOf(error), 'Pipe a JSON file: --answers - < FILE.', error);
  } finally {
    cancel.removeEventListener('abort', leave);
  }
}

/**
 * @param path of an answers file, `-` for stdin
 * @param cancel ends the wait for stdin; its reason is thrown
 * @throws UserError if it cannot be read
 */
export async function readAnswersText(path: string, cancel: AbortSignal): Promise<string> {
  if (path === '-') {
    return readStdin(cancel);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(`${path}: ${reasonOf(error)}`, 'Pass the path of a JSON file.', error);
  }
}

/** A path inside the project becomes relative, so it moves with it; others become absolute. */
function fromProject(directory: string, path: string): string {
  const absolute = resolve(path);
  const inside = relative(directory, absolute);
  const leaves = inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside);
  return leaves ? absolute : inside.split(sep).join('/');
}

/** Checks the whole path for the settings, with folders that the user did not type. */
function inSettings(option: keyof PemPaths, directory: string, path: string): string {
  const written = fromProject(directory, path);
  try {
    checkSettingsPath(written);
    return written;
  } catch (error) {
    if (error instanceof InvalidValue) {
      const context = { code: 'invalid-value', stage: 'answers', cause: error } as const;
      throw new UserError(`${flagOf(option)}: ${error.message}`, error.fix, context);
    }
    throw error;
  }
}

/**
 * @returns the PEM paths of the answers, for the project's `.env`
 * @throws UserError for a path that a settings file cannot contain
 */
export function pemPaths(directory: string, answers: Answers): PemPaths {
  const written = (option: keyof PemPaths): string => {
    const path = answers[option];
    return path === undefined ? standardPaths[option] : inSettings(option, directory, path);
  };
  return { keyFile: written('keyFile'), certFile: written('certFile'), caFile: written('caFile') };
}
