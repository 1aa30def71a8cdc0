import type { Answers } from './answers.js';
import { InvalidValue, UserError, messageOf } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { fileOptions, flagOf, options } from './options.js';
import { shown } from '../core/printable.js';
import { readJsonValue } from './values.js';

function fileError(path: string, message: string, fix: string, cause?: unknown): UserError {
  const context = { code: 'invalid-value', stage: 'answers', cause } as const;
  return new UserError(`${path}: ${message}`, fix, context);
}

function parse(path: string, text: string): object {
  if (text.trim() === '') {
    throw fileError(path, 'The file is empty.', 'Write { "language": "ts", ... }.');
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value;
    }
  } catch (error) {
    const reason = messageOf(error);
    throw fileError(path, `The file is not JSON: ${reason}.`, 'Correct it.', error);
  }
  throw fileError(path, 'The file is not a JSON object.', 'Write { "language": "ts", ... }.');
}

/** The record of a project is an answers file, too: it has the answers below a key of their own. */
function answersIn(file: object): object {
  const isRecord = 'version' in file && 'name' in file && 'answers' in file;
  return isRecord && typeof file.answers === 'object' && file.answers !== null
    ? file.answers
    : file;
}

/**
 * Reads an answers file: a JSON object with the options' names as keys, as `--schema` describes it.
 * @param path the source of the text, for messages
 * @returns only the answers in the file, checked
 * @throws UserError for text that is not JSON, unknown keys and values that an option does not accept
 */
export function parseAnswersFile(path: string, text: string): Partial<Answers> {
  const entries = Object.entries(answersIn(parse(path, text))).filter(([key]) => key !== '$schema');
  const read = entries.map(([key, value]) => {
    const option = options.find(({ name }) => name === key);
    if (option === undefined) {
      const names = fileOptions.map(({ name }) => name);
      const meant = nearest(key, names);
      const fix =
        meant === undefined ? `The options are ${names.join(', ')}.` : `Did you mean ${meant}?`;
      throw fileError(path, `There is no option ${shown(key)}.`, fix);
    }
    if (option.personal === true) {
      throw fileError(
        path,
        `"${key}" is not allowed in an answers file.`,
        `Pass ${flagOf(option.name)} on the command line.`,
      );
    }
    try {
      return [key, readJsonValue(option, value)];
    } catch (error) {
      if (error instanceof InvalidValue) {
        throw fileError(path, `${key}: ${error.message}`, error.fix, error);
      }
      throw error;
    }
  });
  return Object.fromEntries(read);
}
