import { parseArgs } from 'node:util';
import { certsControls } from '../core/certs-controls.js';
import { controls } from '../core/controls.js';
import { doctorControls } from '../core/doctor-controls.js';
import { flagOf, options } from '../core/options.js';

export interface Flag {
  name: string;
  short?: string;
  takesValue: boolean;
  negatable: boolean;
  isControl: boolean;
}

/** Flags as they are typed. */
export type FlagTable = Map<string, Flag>;

interface Row {
  name: string;
  short?: string;
  placeholder?: string;
  negatable?: boolean;
}

function controlFlag({ placeholder, negatable = false, ...row }: Row): Flag {
  return { ...row, takesValue: placeholder !== undefined, negatable, isControl: true };
}

function tableOf(rows: Flag[]): FlagTable {
  return new Map(rows.map((flag) => [flagOf(flag.name), flag]));
}

/** Every flag of `create`. */
export const flags: FlagTable = tableOf([
  ...options
    .filter((option) => option.kind !== 'directory')
    .map(({ name, kind }): Flag => {
      const isSwitch = kind === 'boolean';
      return { name, takesValue: !isSwitch, negatable: isSwitch, isControl: false };
    }),
  ...controls.map(controlFlag),
]);

/** Every flag of `certs`. */
export const certsFlags: FlagTable = tableOf(certsControls.map(controlFlag));

/** Every flag of `doctor`. */
export const doctorFlags: FlagTable = tableOf(doctorControls.map(controlFlag));

/** @returns the command line in parts, in order */
export function tokensOf(argv: string[], table: FlagTable = flags) {
  const known = [...table].map(([typed, { takesValue, short }]) => {
    const type: 'string' | 'boolean' = takesValue ? 'string' : 'boolean';
    return [typed.slice(2), { type, ...(short === undefined ? {} : { short }) }] as const;
  });
  return parseArgs({
    args: argv,
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

const shorts = controls.flatMap(({ short }) => (short === undefined ? [] : [`-${short}`]));

function flagNamed(typed: string, table = flags): Flag | undefined {
  return table.get(typed) ?? table.get(typed.replace(/^--no-/, '--'));
}

function isFlag(word: string): boolean {
  return shorts.includes(word) || flagNamed(word.replace(/=.*/s, '')) !== undefined;
}

/**
 * Removes a `--` that the package manager passed on, as all except npm and Yarn 1 do:
 * `pnpm create fastify-wss app -- --yes`. Only flags can follow a directory. Without a directory, `--`
 * is only removed if a package manager runs this, since a folder may be named like a flag.
 * @returns the arguments as they were meant
 */
export function withoutSeparator(argv: string[], env: Record<string, string | undefined>) {
  const tokens = tokensOf(argv);
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  if (end === undefined) {
    return argv;
  }
  const named = tokens.some(({ kind, index }) => kind === 'positional' && index < end);
  const handedOn = /^(pnpm|yarn|bun)\//.test(env['npm_config_user_agent'] ?? '');
  const isSeparator = named || (handedOn && isFlag(argv[end + 1] ?? ''));
  return isSeparator ? argv.filter((_word, index) => index !== end) : argv;
}

/** The command line as words, as far as it can be read. */
export interface Words {
  positionals: string[];
  /** The flags, with their values. */
  passed: string[];
  /** The names of the known flags. */
  names: string[];
}

/** @returns the words of the command line, unchecked */
export function readWords(argv: string[], table: FlagTable = flags): Words {
  const tokens = tokensOf(argv, table);
  const typed = tokens.flatMap((token) => (token.kind === 'option' ? token : []));
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? token.value : [])),
    passed: typed.flatMap(({ rawName, value, inlineValue }) => {
      const apart = value === undefined ? [rawName] : [rawName, value];
      return inlineValue === true ? `${rawName}=${value}` : apart;
    }),
    names: typed.flatMap(({ name }) => flagNamed(`--${name}`, table)?.name ?? []),
  };
}
