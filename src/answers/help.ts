import { certsControls } from '../core/certs-controls.js';
import { controls } from '../core/controls.js';
import { doctorControls } from '../core/doctor-controls.js';
import { flagOf, optionNamed, options, type Option } from '../core/options.js';

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

interface ControlRow {
  name: string;
  short?: string;
  placeholder?: string;
  negatable?: boolean;
  summary: string;
}

/** @returns a control as typed, with its other forms */
export function controlText({ name, short, placeholder, negatable }: ControlRow): string {
  const flag = placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;
  const negated = negatable === true ? [`--no-${flagOf(name).slice(2)}`] : [];
  return [flag, ...negated, ...(short === undefined ? [] : [`-${short}`])].join(', ');
}

function controlRows(rows: ControlRow[]): [string, string[]][] {
  return rows.map((row) => [controlText(row), [row.summary]]);
}

/** @returns the text of `certs --help` */
export function certsHelpText(): string {
  return `Usage: create-fastify-wss certs [hosts...] [options]

Issues or renews a development certificate (certs/key.pem and certs/cert.pem), and shows which
clients of this machine trust it. Uses mkcert if installed; otherwise signs it itself, with the same CA.

  ${'[hosts...]'.padEnd(indent - 2)}names and addresses on the certificate
  ${' '.repeat(indent - 2)}(default: those of the project, or ${defaultText(optionNamed('hosts'))})

${table(controlRows(certsControls))}

Examples
  npx create-fastify-wss certs
  npx create-fastify-wss certs app.test '*.app.test' 192.168.1.20 --install
`;
}

/** @returns the text of `doctor --help` */
export function doctorHelpText(): string {
  return `Usage: create-fastify-wss doctor [url] [options]

Checks a ws:// or wss:// connection step by step: where it fails, why, which
clients are affected, and how to fix it. Without a URL, checks the project in
this folder. Exit code 0: no problem blocks the connection, 1: one does.

  ${'[url]'.padEnd(indent - 2)}wss://HOST:PORT/PATH, or ws://
  ${' '.repeat(indent - 2)}(default: the URL in the settings of the project)

${table(controlRows(doctorControls))}

Examples
  npx create-fastify-wss doctor
  npx create-fastify-wss doctor wss://example.com/live --origin https://app.test
  npx create-fastify-wss doctor wss://example.com/live --page https://app.test/
  npx create-fastify-wss doctor wss://example.com/live --idle 75
`;
}

/** @returns the text of `--help` */
export function helpText(): string {
  return `Usage: create-fastify-wss [directory] [options]
       create-fastify-wss certs [hosts...] [options]
       create-fastify-wss doctor [url] [options]

Creates a Fastify WebSocket service in which wss:// works from the first minute. The command certs
issues or renews a development certificate and shows which clients trust it: see certs --help. The
command doctor explains why a connection fails: see doctor --help.

The project
${table(options.map((option) => [left(option), right(option)]))}

The run
${table(controlRows(controls))}

Without questions
  npm create fastify-wss@latest my-service -- --yes
  npm create fastify-wss@latest my-service -- --yes --cert-source proxy --domain chat.example.com

With "npm create", put -- before the flags, or npm keeps them.
`;
}
