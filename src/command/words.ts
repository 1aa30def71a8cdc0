import { parseArgs } from 'node:util';
import { flagOf } from '../options/options.js';
import { runningManager } from '../options/package-managers.js';
import type { Command, Row } from './command.js';

/** @returns the command line in parts, in order */
export function tokensOf(argv: string[], rows: Row[]) {
  const known = rows.map(({ name, placeholder, short }) => {
    const type: 'string' | 'boolean' = placeholder === undefined ? 'boolean' : 'string';
    return [flagOf(name).slice(2), { type, ...(short === undefined ? {} : { short }) }] as const;
  });
  return parseArgs({
    args: argv,
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

/** @returns the row of a flag as it was typed, `--no-git` being that of `git` */
export function rowOf(typed: string, rows: Row[]): Row | undefined {
  const named = (flag: string) => rows.find(({ name }) => flagOf(name) === flag);
  return named(typed) ?? named(typed.replace(/^--no-/, '--'));
}

function isFlag(word: string, rows: Row[]): boolean {
  const isShort = rows.some(({ short }) => short !== undefined && word === `-${short}`);
  return isShort || rowOf(word.replace(/=.*/s, ''), rows) !== undefined;
}

/**
 * Removes a `--` that the package manager passed on, as all except npm and Yarn 1 do:
 * `pnpm create fastify-wss app -- --yes`. Only flags can follow a command or a directory. Without one, `--`
 * is only removed if a package manager runs this, since a folder may be named like a flag.
 * @returns the arguments as they were meant
 */
export function withoutSeparator(
  argv: string[],
  { name, rows }: Pick<Command, 'name' | 'rows'>,
  env: Record<string, string | undefined>,
): string[] {
  const tokens = tokensOf(argv, rows);
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  if (end === undefined) {
    return argv;
  }
  const named =
    name !== '' || tokens.some(({ kind, index }) => kind === 'positional' && index < end);
  const handedOn = runningManager(env) !== 'npm';
  const isSeparator = named || (handedOn && isFlag(argv[end + 1] ?? '', rows));
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
export function readWords(argv: string[], rows: Row[]): Words {
  const tokens = tokensOf(argv, rows);
  const typed = tokens.flatMap((token) => (token.kind === 'option' ? token : []));
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? token.value : [])),
    passed: typed.flatMap(({ rawName, value, inlineValue }) => {
      const apart = value === undefined ? [rawName] : [rawName, value];
      return inlineValue === true ? `${rawName}=${value}` : apart;
    }),
    names: typed.flatMap(({ name }) => rowOf(`--${name}`, rows)?.name ?? []),
  };
}
