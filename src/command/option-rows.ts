import { extras } from '../options/extras.js';
import { flagOf, optionNamed, options, placeholderOf, type Option } from '../options/options.js';
import { readValue } from '../options/values.js';
import type { HelpRow, HelpSection, Row } from './command.js';
import { helpRows } from './help.js';

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

/** @returns the default of an option, as a note in a help text */
export function defaultNote(option: Option): string {
  const byDefault = defaultText(option);
  return ['', 'no'].includes(byDefault) ? '' : `default: ${byDefault}`;
}

function optionRow(option: Option): Row {
  const { name, kind, choices, placeholder, summary } = option;
  const common = { name, summary, note: defaultNote(option) };
  if (kind === 'boolean') {
    return { ...common, negatable: true };
  }
  return {
    ...common,
    placeholder: choices?.map(({ value }) => value).join('|') ?? placeholder ?? '',
    blank: placeholderOf(option),
    isList: kind === 'list',
    ...(option.refusable === true && { negatable: true }),
    read: (text) => readValue(option, text),
  };
}

/** The options of a project as flags. The directory is none. */
export const optionRows: Row[] = options.filter(({ kind }) => kind !== 'directory').map(optionRow);

const extrasTitle = 'Extras';
const isExtra = (name: string): boolean => extras.some((extra) => extra.name === name);

/** @returns the title of the section in which an option stands; empty for the first one */
function sectionOf({ name }: Row): string {
  if (isExtra(name)) {
    return extrasTitle;
  }
  const option = optionNamed(name);
  return option.when?.certSource === undefined ? '' : conditionText(option).replace('w', 'W');
}

/**
 * @param first the title of the first section, and its rows that are no flags
 * @param rows rows of options
 * @returns the sections of a help text: options without a condition, the extras, then each condition
 */
export function optionSections(first: HelpSection, rows: Row[]): HelpSection[] {
  const at = (title: string): HelpRow[] => helpRows(rows.filter((row) => sectionOf(row) === title));
  const conditions = rows.map(sectionOf).filter((title) => !['', extrasTitle].includes(title));
  return [
    { ...first, rows: [...first.rows, ...at('')] },
    ...[extrasTitle, ...new Set(conditions)].map((title) => ({ title, rows: at(title) })),
  ];
}
