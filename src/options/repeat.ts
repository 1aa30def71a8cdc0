import type { OptionName } from './answers.js';
import { commandMeant, flagOf, options, type KnownAnswers, type Option } from './options.js';
import { operand } from '../core/quote.js';

/** @returns the words that give one answer on the command line */
function wordsFor(option: Option, known: KnownAnswers): string[] {
  const value = known[option.name];
  if (value === undefined) {
    return [];
  }
  if (option.kind === 'directory') {
    return [];
  }
  if (typeof value === 'boolean' || value === '') {
    return [value === true ? flagOf(option.name) : `--no-${flagOf(option.name).slice(2)}`];
  }
  const [flag, text] = [flagOf(option.name), String(value)];
  return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
}

/** @returns the flags that give these answers, in the order of the table */
export function flagWords(known: KnownAnswers, names: string[]): string[] {
  return options
    .filter(({ name }) => names.includes(name))
    .flatMap((option) => wordsFor(option, known));
}

interface Repetition {
  known: KnownAnswers;
  /** The options to write out. */
  names: OptionName[];
  /** The words that start this program. */
  program: string[];
}

/**
 * The command that gives these answers to this program, in a form in which package managers do not
 * keep any flag.
 * @returns the words of the command
 */
export function repeatCommand({ known, names, program }: Repetition): string[] {
  const directory = known.directory ?? '.';
  const safe = commandMeant(directory) !== undefined ? `./${directory}` : operand(directory);
  return [...program, safe, ...flagWords(known, names)];
}
