import type { OptionName } from '../../src/options/answers.js';
import { flagOf } from '../../src/options/options.js';

/** One answer as a user gives it: a switch, a text, or the entries of a list. */
export type Value = string | boolean | string[];
export type Values = Partial<Record<OptionName, Value>>;

/** A complete set of answers: the command line and the answers file. */
export interface Given {
  flags: Values;
  file: Values;
}

function wordsFor(name: string, value: Value): string[] {
  if (typeof value === 'boolean') {
    return [value ? flagOf(name) : `--no-${flagOf(name).slice(2)}`];
  }
  return Array.isArray(value)
    ? value.flatMap((entry) => [`${flagOf(name)}=${entry}`])
    : [`${flagOf(name)}=${value}`];
}

/** @returns the command line with these answers */
export function argvOf({ directory, ...flags }: Values): string[] {
  const words = Object.entries(flags).flatMap(([name, value]) => wordsFor(name, value));
  return typeof directory === 'string' ? [...words, '--', directory] : words;
}

/** @returns the text of an answers file with these answers */
export function fileTextOf(values: Values): string {
  const port = values.port;
  const number = typeof port === 'string' && String(Number(port)) === port ? Number(port) : port;
  return JSON.stringify({ ...values, ...(port === undefined ? {} : { port: number }) });
}
