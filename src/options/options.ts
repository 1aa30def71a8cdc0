import type { Answers, AnswerValue, OptionName, World } from './answers.js';
import {
  checkCertificateName,
  checkDomain,
  checkHost,
  checkHostBehindProxy,
  checkOrigin,
} from './checks.js';
import { extras, includedIn } from './extras.js';
import { isSlip } from '../core/nearest.js';
import { originOf } from '../core/hosts.js';
import { localHosts } from '../core/loopback.js';
import { checkOverlay } from './overlay.js';
import { packageManagers } from './package-managers.js';
import { checkDirectory, checkSettingsPath } from '../core/paths.js';
import { localProxyPort, servicePort } from '../core/ports.js';

export type OptionKind = 'directory' | 'choice' | 'boolean' | 'text' | 'list' | 'path' | 'port';

export interface Choice {
  value: string;
  /** The text in the list of choices. */
  label: string;
}

/** The answers to the rows above. */
export type KnownAnswers = Partial<Answers>;

interface Question {
  message: string;
  /** The line in a multiple-choice list. Rows with the same message are one question. */
  line?: string;
  /** The answer that Enter gives to a person; the default without it. */
  initial?: AnswerValue;
  /** Only asked at a prompt, and only if this returns true; scripts need not answer it. */
  optional?: (world: World) => boolean;
}

export interface Option {
  name: OptionName;
  kind: OptionKind;
  choices?: Choice[];
  /** The placeholder of the value in `--help`. */
  placeholder?: string;
  default?: AnswerValue | ((known: KnownAnswers, world: World) => AnswerValue | undefined);
  /** The default follows from the answers above: a record only has another answer. */
  derived?: true;
  /** The default in words, if it is not a fixed value. */
  defaultText?: string;
  /** The answers that this option needs to have an effect. */
  when?: Partial<Answers>;
  question?: Question;
  /** Whether the `--no-` form of a text gives an empty answer, which means none. */
  refusable?: true;
  /** Whether entries of a list that begin with + are added to the default. */
  additive?: true;
  /** Throws `InvalidValue`; called for each entry of a list. */
  check?: (text: string) => void;
  /** A row above that is on whenever this one is. */
  includes?: OptionName | undefined;
  /** Throws `InvalidValue` for an answer that contradicts the rows above. */
  fits?: (value: AnswerValue, known: KnownAnswers) => void;
  summary: string;
  /** False for answers about one run or one machine, not about the project. */
  recorded: boolean;
  /** True if only the user may decide it, not an answers file that others may have written. */
  personal?: boolean;
}

function isPlain(name: string): boolean {
  return !name.startsWith('*.');
}

/** @returns the names of the development certificate, or those of the user's own */
function namesOf({ certSource, certFile = '', hosts = localHosts }: KnownAnswers, world: World) {
  const own = certSource === 'files' ? (world.namesIn?.(certFile) ?? []) : [];
  return own.some(isPlain) ? own : hosts;
}

/** @returns undefined if the certificate only has wildcards: no page has such an origin */
function defaultOrigins(known: KnownAnswers, world: World): string[] | undefined {
  if (known.certSource === 'proxy') {
    const domain = known.domain ?? 'localhost';
    return [originOf('https', 'localhost', localProxyPort), originOf('https', domain)];
  }
  const scheme = known.https ? 'https' : 'http';
  const plain = namesOf(known, world).filter(isPlain);
  const origins = plain.map((name) => originOf(scheme, name, known.port ?? servicePort));
  return origins.length === 0 ? undefined : [...new Set(origins)];
}

const certificateQuestion = 'Where does the certificate for https:// and wss:// come from?';

/**
 * Every option of a project. The parser, `--help`, the prompts, the JSON Schema, the answers file,
 * the README's table and the command that repeats a run are made from these rows, in this order.
 */
export const options: Option[] = [
  {
    name: 'directory',
    kind: 'directory',
    default: 'fastify-wss-app',
    question: { message: 'Where should the project go?' },
    check: checkDirectory,
    summary: 'folder of the project',
    recorded: false,
  },
  {
    name: 'language',
    kind: 'choice',
    choices: [
      { value: 'ts', label: 'TypeScript' },
      { value: 'js', label: 'JavaScript' },
    ],
    default: 'ts',
    question: { message: 'Which language?' },
    summary: 'language of the project',
    recorded: true,
  },
  {
    name: 'https',
    kind: 'boolean',
    default: true,
    // One question with the next row, which has one more choice then.
    question: { message: certificateQuestion },
    summary: 'serve https:// and wss://',
    recorded: true,
  },
  {
    name: 'certSource',
    kind: 'choice',
    choices: [
      { value: 'mkcert', label: 'mkcert: create one for development' },
      { value: 'files', label: 'files: I have a key and a certificate' },
      { value: 'proxy', label: 'proxy: Caddy or nginx terminates TLS' },
    ],
    default: 'mkcert',
    when: { https: true },
    question: { message: certificateQuestion },
    summary: 'where the certificate comes from',
    recorded: true,
  },
  {
    name: 'keyFile',
    kind: 'path',
    placeholder: 'PEM',
    when: { https: true, certSource: 'files' },
    question: { message: 'Path of the private key (PEM)?' },
    check: checkSettingsPath,
    summary: 'private key of the service',
    recorded: false,
  },
  {
    name: 'certFile',
    kind: 'path',
    placeholder: 'PEM',
    when: { https: true, certSource: 'files' },
    question: { message: 'Path of the certificate (PEM, the full chain)?' },
    check: checkSettingsPath,
    summary: 'certificate of the service',
    recorded: false,
  },
  {
    name: 'caFile',
    kind: 'path',
    placeholder: 'PEM',
    when: { https: true, certSource: 'files' },
    check: checkSettingsPath,
    summary: 'intermediate certificates, sent after the certificate',
    recorded: false,
  },
  {
    name: 'hosts',
    kind: 'list',
    placeholder: 'NAMES',
    default: localHosts,
    when: { https: true },
    check: checkCertificateName,
    summary: 'names and addresses on the development certificate',
    recorded: true,
  },
  {
    name: 'reverseProxy',
    kind: 'choice',
    choices: [
      { value: 'caddy', label: 'Caddy' },
      { value: 'nginx', label: 'nginx' },
    ],
    default: 'caddy',
    when: { https: true, certSource: 'proxy' },
    question: { message: 'Which reverse proxy?' },
    summary: 'reverse proxy to write site files for',
    recorded: true,
  },
  {
    name: 'domain',
    kind: 'text',
    placeholder: 'NAME',
    default: 'example.com',
    when: { https: true, certSource: 'proxy' },
    question: { message: 'Which domain does the proxy serve in production?' },
    check: checkDomain,
    summary: 'host name in production',
    recorded: true,
  },
  {
    name: 'port',
    kind: 'port',
    placeholder: 'PORT',
    default: servicePort,
    summary: 'port to listen on',
    recorded: true,
  },
  {
    name: 'host',
    kind: 'text',
    placeholder: 'HOST',
    default: 'localhost',
    check: checkHost,
    fits: (host, { certSource }) => {
      if (certSource === 'proxy') {
        checkHostBehindProxy(String(host));
      }
    },
    summary: 'name or address to listen on',
    recorded: true,
  },
  {
    name: 'origins',
    kind: 'list',
    placeholder: 'ORIGINS',
    default: defaultOrigins,
    derived: true,
    defaultText: 'from the answers above',
    question: { message: 'Which web pages may connect? (their origins, comma-separated)' },
    additive: true,
    check: checkOrigin,
    summary: 'pages that may connect (scheme://host[:port]); +URL adds one',
    recorded: true,
  },
  ...extras.map(({ name, title, line, summary }): Option => ({
    name,
    kind: 'boolean',
    default: false,
    question: { message: 'Which extras?', line: `${title}: ${line}` },
    summary,
    recorded: true,
    includes: includedIn(name),
  })),
  {
    name: 'overlay',
    kind: 'text',
    placeholder: 'SOURCE',
    refusable: true,
    check: checkOverlay,
    summary: "a team's own files: ./folder or name@version",
    recorded: true,
  },
  {
    name: 'packageManager',
    kind: 'choice',
    choices: Object.entries(packageManagers).map(([value, { label }]) => ({ value, label })),
    default: (_known, world) => world.packageManager,
    defaultText: 'the one that runs this',
    summary: 'package manager of the project',
    recorded: true,
  },
  {
    name: 'git',
    kind: 'boolean',
    default: true,
    summary: 'create a git repository and commit',
    recorded: false,
  },
  {
    name: 'mkcertInstall',
    kind: 'boolean',
    default: false,
    when: { https: true, certSource: 'mkcert' },
    question: {
      message:
        "Trust mkcert's CA on this machine? It runs mkcert -install, which may ask for your password. If No, your browser will warn.",
      optional: (world) => world.mkcert && !world.trusted,
      initial: true,
    },
    summary: 'run mkcert -install, which changes trust stores',
    recorded: false,
    personal: true,
  },
  {
    name: 'install',
    kind: 'boolean',
    default: true,
    question: { message: 'Install the packages and start it now?' },
    summary: 'install the dependencies',
    recorded: false,
  },
];

/** The options that an answers file can contain. */
export const fileOptions = options.filter((option) => option.personal !== true);

/** @returns the row of an option */
export function optionNamed(name: string): Option {
  const row = options.find((option) => option.name === name);
  if (row === undefined) {
    throw new Error(`There is no option "${name}".`);
  }
  return row;
}

/** @returns the rows of one question after the other: those with the same message together */
export function questionsOf(rows: Option[]): Option[][] {
  const messages = new Set(rows.map(({ question }) => question?.message));
  return [...messages].map((message) =>
    rows.filter(({ question }) => question?.message === message),
  );
}

const commandNames = ['create', 'doctor', 'update', 'certs'];

/** @returns the command that a word is, or is with a slip: a project of that name is `./doctor` */
export function commandMeant(word: string): string | undefined {
  return commandNames.find((name) => isSlip(word, name));
}

/** @returns what stands in a command for a value that only its user knows */
export function placeholderOf({ kind, placeholder }: Option): string {
  return kind === 'path' ? 'FILE' : (placeholder ?? 'VALUE');
}

/** @returns the option as it is typed: `certSource` is `--cert-source` */
export function flagOf(name: string): string {
  return name === 'directory'
    ? '[directory]'
    : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
