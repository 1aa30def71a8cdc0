import { parseArgs } from 'node:util';
import { certsControls } from '../core/certs-controls.js';
import { controls } from '../core/controls.js';
import { doctorControls } from '../core/doctor-controls.js';
import { flagOf, options } from '../core/options.js';
import { isRunByOther } from '../core/package-managers.js';

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
 * Takes a `--` away that the package manager handed on, as all but npm and Yarn 1 do:
 * `pnpm create fastify-wss app -- --yes`. Behind a directory nothing but flags can follow; without
 * one `--` is theirs only where they run us, since a folder may be named like a flag.
 * @returns the arguments as they were meant
 */
export function withoutSeparator(argv: string[], env: Record<string, string | undefined>) {
  const tokens = tokensOf(argv);
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  if (end === undefined) {
    return argv;
  }
  const named = tokens.some(({ kind, index }) => kind === 'positional' && index < end);
  const isSeparator = named || (isRunByOther(env) && isFlag(argv[end + 1] ?? ''));
  return isSeparator ? argv.filter((_word, index) => index !== end) : argv;
}

/** The command line as words, read as far as it can be read. */
export interface Words {
  positionals: string[];
  /** The flags, with their values. */
  passed: string[];
  /** The names of those flags that we know. */
  names: string[];
}

/** @returns the words of the command line, without judging them */
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
