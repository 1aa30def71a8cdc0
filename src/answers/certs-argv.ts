import { mostDays, type CertsControls } from '../core/certs-controls.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { optionNamed } from '../core/options.js';
import { shown } from '../core/shown.js';
import { readValue } from '../core/values.js';
import { readToken } from './read-token.js';
import { certsFlags, tokensOf } from './words.js';

/** What the command line of `certs` says. */
export interface TypedCerts {
  /** Empty if none was given. */
  hosts: string[];
  controls: Partial<CertsControls>;
}

function invalid(what: string, { message, fix }: InvalidValue): UserError {
  return new UserError(`${what}: ${message}`, fix, { code: 'invalid-value', stage: 'arguments' });
}

/** @throws UserError with the name that was probably meant */
function readHosts(words: string[]): string[] {
  if (words.length === 0) {
    return [];
  }
  try {
    const read = readValue(optionNamed('hosts'), words.join(','));
    return [read].flat().map(String);
  } catch (error) {
    throw error instanceof InvalidValue ? invalid('[hosts...]', error) : error;
  }
}

/** @throws UserError for anything but a number of days that clients accept */
function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,4}$/.test(text.trim()) || days < 1 || days > mostDays) {
    const error = new InvalidValue(
      `${shown(text)} is not a valid number of days.`,
      `Write a whole number from 1 to ${mostDays}.`,
    );
    throw invalid('--days', error);
  }
  return days;
}

/**
 * Reads the command line after `certs`.
 * @returns only what was typed, checked
 * @throws UserError for unknown options and for values that an option does not accept
 */
export function parseCertsArguments(argv: string[]): TypedCerts {
  const tokens = tokensOf(argv, certsFlags);
  const typed = tokens.flatMap((token) => (token.kind === 'option' ? token : []));
  const read = typed.map((token) => readToken(token, certsFlags));
  const values = Object.fromEntries(read.map(({ flag, value }) => [flag.name, value]));
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  const days = values['days'];
  return {
    hosts: readHosts(words),
    controls: { ...values, ...(typeof days === 'string' && { days: readDays(days) }) },
  };
}
