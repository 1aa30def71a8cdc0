import { wrapped } from '../core/wrap.js';
import { flagOf } from '../options/options.js';
import type { Command, HelpRow, Row } from './command.js';

/** Where the explanations begin. */
const indent = ' '.repeat(26);

type Typed = Pick<Row, 'name' | 'short' | 'placeholder' | 'negatable'>;

/** @returns a flag as typed, with its other forms */
export function flagText({ name, short, placeholder, negatable }: Typed): string {
  const flag = placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;
  const negated = negatable === true ? [`--no-${flagOf(name).slice(2)}`] : [];
  return [flag, ...negated, ...(short === undefined ? [] : [`-${short}`])].join(', ');
}

/** A switch with both forms is `--[no-]git`. Values that are too long for their column follow it. */
function helpRow({ name, short, placeholder, negatable, summary, note }: Row): HelpRow {
  const flag = flagOf(name);
  if (placeholder === undefined) {
    const shown = negatable === true ? `--[no-]${flag.slice(2)}` : flag;
    return [short === undefined ? shown : `${shown}, -${short}`, summary, note];
  }
  const term = `${flag} ${placeholder}`;
  return term.length < indent.length - 2
    ? [term, summary, note]
    : [`${flag} NAME`, `${placeholder.replaceAll('|', ', ')}: ${summary}`, note];
}

/** @returns the rows of flags in a help text */
export function helpRows(rows: Row[]): HelpRow[] {
  return rows.map((row) => helpRow(row));
}

/** A term that is too long for its column has a line of its own. */
function rowText([term, text, note]: HelpRow): string {
  const start = `  ${term}`.padEnd(indent.length);
  const whole = note === undefined || note === '' ? text : `${text} (${note})`;
  return start.length === indent.length && start.endsWith(' ')
    ? wrapped(whole, indent, start).join('\n')
    : [start, ...wrapped(whole, indent)].join('\n');
}

function usageOf({ name, usage }: Command): string {
  return ['create-fastify-wss', name, usage].filter((word) => word !== '').join(' ');
}

/**
 * @param others the commands that the help is to name beside this one
 * @returns the text of `--help`, examples first
 */
export function helpText(command: Command, others: Command[] = []): string {
  const { text, examples, sections } = command.help;
  const commands: HelpRow[] = others.map(({ name, about }) => [name, about]);
  const all = [
    ...(commands.length > 0 ? [{ title: 'Other commands (COMMAND --help)', rows: commands }] : []),
    ...sections,
  ];
  const tables = all.map(({ title, rows }) =>
    [...(title === undefined ? [] : [title]), ...rows.map(rowText)].join('\n'),
  );
  const shown = examples.map((example) => `  ${example}`).join('\n');
  return `${[`Usage: ${usageOf(command)}`, wrapped(text, '').join('\n'), shown, ...tables].join('\n\n')}\n`;
}
