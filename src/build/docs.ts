import { readdirSync } from 'node:fs';
import { format } from 'prettier';
import manifest from '../../package.json' with { type: 'json' };
import { judgeSettings } from '../../templates/src/settings.js';
import { certsRows } from '../certs/arguments.js';
import type { Row } from '../command/command.js';
import { flagText } from '../command/help.js';
import { conditionText, defaultText } from '../command/option-rows.js';
import { controls } from '../create/controls.js';
import { doctorRows } from '../doctor/arguments.js';
import { errorCodes } from '../core/errors.js';
import { options, type Option } from '../options/options.js';
import { meanings } from '../doctor/rules/rules.js';

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function typed(row: Pick<Row, 'name' | 'short' | 'placeholder' | 'negatable'>): string {
  const forms = flagText(row).split(', ');
  return forms.map((form) => `\`${form}\``).join(', ');
}

function valuesOf({ kind, choices }: Option): string {
  const values = choices?.map(({ value }) => `\`${value}\``).join(', ') ?? kind;
  return kind === 'boolean' ? 'yes, no' : values;
}

function optionTable(): string {
  const rows = options.map((option) => [
    typed({
      name: option.name,
      negatable: option.kind === 'boolean' || option.refusable === true,
    }),
    valuesOf(option),
    defaultText(option),
    option.question === undefined ? 'no' : 'yes',
    [option.summary, conditionText(option)].filter((text) => text !== '').join(', '),
  ]);
  return table(['option', 'values', 'default', 'asked', 'meaning'], rows);
}

function controlTable(head: string, rows: Row[]): string {
  return table(
    [head, 'meaning'],
    rows.map((row) => [typed(row), row.summary]),
  );
}

function codeTable(codes: Record<string, string>): string {
  const rows = Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return table(['code', 'meaning'], rows);
}

/** The tables of README.md, by the name in the comments around each. */
export const tables: Record<string, string> = {
  options: optionTable(),
  controls: controlTable('control', controls),
  'error codes': codeTable(errorCodes),
  'certs options': controlTable('option', certsRows),
  'doctor options': controlTable('option', doctorRows),
  'doctor codes': codeTable(meanings),
};

const placed = /<!-- table: (.+) -->[^]*?<!-- \/table -->/g;

function withTables(readme: string): Promise<string> {
  const text = readme.replaceAll(
    placed,
    (_old, name: string) => `<!-- table: ${name} -->\n\n${tables[name]}\n\n<!-- /table -->`,
  );
  return format(text, { ...manifest.prettier, parser: 'markdown' });
}

/** Writes the default of each setting into its row. */
function withDefaults(readme: string): string {
  const { settings } = judgeSettings({});
  const cells = Object.entries(settings).map(([name, value]): [string, string] => {
    const text = String(value);
    return [name, text === '' ? '' : `\`${text}\``];
  });
  return cells.reduce((text, [name, cell]) => {
    const row = new RegExp(`^(\\| \`${name}\` *\\| )([^|]*) \\|`, 'm');
    return text.replace(row, (_row, start, old) => `${start}${cell.padEnd(old.length)} |`);
  }, readme);
}

const pages = readdirSync('templates/docs').map((name) => `templates/docs/${name}`);

/** Every document of which parts follow from the code, with what writes these parts. */
export const documents = {
  'README.md': withTables,
  'templates/README.md': withDefaults,
  ...Object.fromEntries(pages.map((path) => [path, withDefaults])),
};
