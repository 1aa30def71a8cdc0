import { flagOf, options, placeholderOf, type Option } from '../options/options.js';
import { readValue } from '../options/values.js';
import type { Row } from './command.js';

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
    ...(option.refusable === true && { negatable: true }),
    read: (text) => readValue(option, text),
  };
}

/** The options of a project as flags. The directory is none. */
export const optionRows: Row[] = options.filter(({ kind }) => kind !== 'directory').map(optionRow);
