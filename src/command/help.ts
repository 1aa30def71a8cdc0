import { flagOf } from '../options/options.js';
import type { Command, HelpRow, Row } from './command.js';

const indent = 32;
const textWidth = 66;

type Typed = Pick<Row, 'name' | 'short' | 'placeholder' | 'negatable'>;

/** @returns a flag as typed, with its other forms */
export function flagText({ name, short, placeholder, negatable }: Typed): string {
  const flag = placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;
  const negated = negatable === true ? [`--no-${flagOf(name).slice(2)}`] : [];
  return [flag, ...negated, ...(short === undefined ? [] : [`-${short}`])].join(', ');
}

/** @returns the lines that explain an option; a note that does not fit has a line of its own */
export function explained(summary: string, note = ''): string[] {
  if (note === '') {
    return [summary];
  }
  const together = `${summary} (${note})`;
  return together.length <= textWidth ? [together] : [summary, `(${note})`];
}

/** @returns the rows of flags in a help text */
export function helpRows(rows: Row[]): HelpRow[] {
  return rows.map((row) => [flagText(row), explained(row.summary, row.note)]);
}

function table(rows: HelpRow[]): string {
  const gap = ' '.repeat(indent);
  return rows
    .flatMap(([term, texts]) => {
      const [first, ...rest] = term.length < indent - 2 ? texts : ['', ...texts];
      return [`  ${term.padEnd(indent - 2)}${first}`.trimEnd(), ...rest.map((text) => gap + text)];
    })
    .join('\n');
}

function usageOf({ name, usage }: Command): string {
  return ['create-fastify-wss', name, usage].filter((word) => word !== '').join(' ');
}

/**
 * @param others the commands that the help is to name beside this one
 * @returns the text of `--help`
 */
export function helpText(command: Command, others: Command[] = []): string {
  const { text, sections, end } = command.help;
  const commands: HelpRow[] = others.map(({ name, about }) => [name, [about]]);
  const all = [
    ...(commands.length > 0 ? [{ title: 'Commands', rows: commands }] : []),
    ...sections,
  ];
  const tables = all.map(
    ({ title, rows }) => `${title === undefined ? '' : `${title}\n`}${table(rows)}`,
  );
  const usages = [command, ...others].map(usageOf).join('\n       ');
  return `${[`Usage: ${usages}`, text, ...tables, end].join('\n\n')}\n`;
}
