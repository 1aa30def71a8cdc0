import { controls } from '../core/controls.js';
import { flagOf, options, type Option } from '../core/options.js';

const indent = 32;
const textWidth = 66;

function left(option: Option): string {
  const flag = flagOf(option.name);
  if (option.kind === 'directory') {
    return flag;
  }
  if (option.kind === 'boolean') {
    return `${flag}, --no-${flag.slice(2)}`;
  }
  return `${flag} ${option.choices?.map(({ value }) => value).join('|') ?? option.placeholder ?? ''}`;
}

/** @returns the default of an option in words; empty where there is none */
export function defaultText(option: Option): string {
  if (option.defaultText !== undefined) {
    return option.defaultText;
  }
  if (typeof option.default === 'boolean') {
    return option.default ? 'yes' : 'no';
  }
  return String(option.default ?? '');
}

/** @returns the answer that an option needs, in words; empty where it needs none */
export function conditionText(option: Option): string {
  const [name, value] = Object.entries(option.when ?? {}).at(-1) ?? [];
  if (name === undefined) {
    return '';
  }
  return value === true ? `with ${flagOf(name)}` : `with ${flagOf(name)} ${String(value)}`;
}

function right(option: Option): string[] {
  const byDefault = defaultText(option);
  const notes = [conditionText(option), byDefault === '' ? '' : `default: ${byDefault}`];
  const said = notes.filter((note) => note !== '').join('; ');
  const together = `${option.summary} (${said})`;
  if (said === '') {
    return [option.summary];
  }
  return together.length <= textWidth ? [together] : [option.summary, `(${said})`];
}

function table(rows: [string, string[]][]): string {
  const gap = ' '.repeat(indent);
  return rows
    .flatMap(([term, texts]) => {
      const [first, ...rest] = term.length < indent - 2 ? texts : ['', ...texts];
      return [`  ${term.padEnd(indent - 2)}${first}`.trimEnd(), ...rest.map((text) => gap + text)];
    })
    .join('\n');
}

/** @returns the text of `--help` */
export function helpText(): string {
  const controlRows = controls.map(({ name, short, placeholder, summary }): [string, string[]] => {
    const flag = placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;
    return [short === undefined ? flag : `${flag}, -${short}`, [summary]];
  });
  return `Usage: create-fastify-wss [directory] [options]

Renders a Fastify WebSocket service in which wss:// works from the first minute.

The project
${table(options.map((option) => [left(option), right(option)]))}

The run
${table(controlRows)}

Without questions
  npm create fastify-wss@latest my-service -- --yes
  npm create fastify-wss@latest my-service -- --yes --cert-source proxy --domain chat.example.com

Behind "npm create" write -- before the flags; npm takes them for its own otherwise.
`;
}
