import type { Answers } from '../options/answers.js';
import {
  commandMeant,
  flagOf,
  optionNamed,
  options,
  placeholderOf,
  type Option,
} from '../options/options.js';
import { shown } from '../core/printable.js';
import { readValue } from '../options/values.js';
import type { Row, Typed as TypedWords } from '../command/command.js';
import { reading, usageError } from '../command/parse.js';
import { controls, type Controls } from './controls.js';

/** What the command line of `create` says. */
export interface Typed {
  flags: Partial<Answers>;
  controls: Partial<Controls>;
}

/** @returns the default of an option in words; empty if there is none */
export function defaultText(option: Option): string {
  if (option.defaultText !== undefined) {
    return option.defaultText;
  }
  if (typeof option.default === 'boolean') {
    return option.default ? 'yes' : 'no';
  }
  return String(option.default ?? '');
}

/** @returns the answer that an option needs, in words; empty if it needs none */
export function conditionText(option: Option): string {
  const [name, value] = Object.entries(option.when ?? {}).at(-1) ?? [];
  if (name === undefined) {
    return '';
  }
  return value === true ? `with ${flagOf(name)}` : `with ${flagOf(name)} ${String(value)}`;
}

/** @returns the default of an option, and the answer that it needs */
export function noteOf(option: Option): string {
  const byDefault = defaultText(option);
  const notes = [conditionText(option), byDefault === '' ? '' : `default: ${byDefault}`];
  return notes.filter((note) => note !== '').join('; ');
}

function optionRow(option: Option): Row {
  const { name, kind, choices, placeholder, summary } = option;
  const common = { name, summary, note: noteOf(option) };
  if (kind === 'boolean') {
    return { ...common, negatable: true };
  }
  const values = choices?.map(({ value }) => value).join('|') ?? placeholder ?? '';
  return {
    ...common,
    placeholder: values,
    blank: placeholderOf(option),
    isList: kind === 'list',
    read: (text) => readValue(option, text),
  };
}

/** The options of a project as flags. The directory is none. */
export const optionRows: Row[] = options.filter(({ kind }) => kind !== 'directory').map(optionRow);

function readDirectory([directory, ...extra]: string[]): Partial<Answers> {
  if (extra.some((word) => /^(true|false|yes|no)$/i.test(word))) {
    throw usageError(
      `A switch does not take a value such as ${extra.map(shown).join(', ')}.`,
      'Write only the switch for yes, and --no- before its name for no: --https, --no-https.',
    );
  }
  if (extra.length > 0) {
    throw usageError(
      `Only one directory is allowed, not also ${extra.map(shown).join(', ')}.`,
      'Put a path with spaces in quotes, and begin flags with --.',
    );
  }
  if (directory === undefined) {
    return {};
  }
  const meant = commandMeant(directory);
  if (meant !== undefined) {
    throw usageError(
      directory === meant
        ? `[directory]: "${directory}" is reserved for a command of create-fastify-wss.`
        : `[directory]: "${directory}" is not a command. Did you mean ${meant}?`,
      `For a project with that name, write ./${directory}.`,
    );
  }
  const option = optionNamed('directory');
  return { directory: String(reading('[directory]', () => readValue(option, directory))) };
}

function isControl([name]: [string, unknown]): boolean {
  return controls.some((row) => row.name === name);
}

/**
 * Sorts what was typed into answers and what steers the run.
 * @throws UserError for a directory that cannot be one
 */
export function readArguments({ positionals, values }: TypedWords): Typed {
  const entries = Object.entries(values);
  const answers = Object.fromEntries(entries.filter((entry) => !isControl(entry)));
  return {
    flags: { ...answers, ...readDirectory(positionals) },
    controls: Object.fromEntries(entries.filter(isControl)),
  };
}
