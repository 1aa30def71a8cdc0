import { parseArgs } from 'node:util';
import { controls } from '../core/controls.js';
import { flagOf, options } from '../core/options.js';

export interface Flag {
  name: string;
  takesValue: boolean;
  negatable: boolean;
  isControl: boolean;
}

/** Every flag as it is typed. */
export const flags = new Map<string, Flag>(
  [
    ...options
      .filter((option) => option.kind !== 'directory')
      .map(({ name, kind }): Flag => {
        const isSwitch = kind === 'boolean';
        return { name, takesValue: !isSwitch, negatable: isSwitch, isControl: false };
      }),
    ...controls.map(({ name, placeholder }): Flag => ({
      name,
      takesValue: placeholder !== undefined,
      negatable: false,
      isControl: true,
    })),
  ].map((flag) => [flagOf(flag.name), flag]),
);

/** @returns the command line in parts, in order */
export function tokensOf(argv: string[]) {
  const known = [...flags].map(([typed, flag]) => {
    const type: 'string' | 'boolean' = flag.takesValue ? 'string' : 'boolean';
    const short = controls.find((control) => control.name === flag.name)?.short;
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

function flagNamed(typed: string): Flag | undefined {
  return flags.get(typed) ?? flags.get(typed.replace(/^--no-/, '--'));
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
  const handedOn = /^(pnpm|yarn|bun)\//.test(env['npm_config_user_agent'] ?? '');
  const isSeparator = named || (handedOn && isFlag(argv[end + 1] ?? ''));
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
export function readWords(argv: string[]): Words {
  const tokens = tokensOf(argv);
  const typed = tokens.flatMap((token) => (token.kind === 'option' ? token : []));
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? token.value : [])),
    passed: typed.flatMap(({ rawName, value, inlineValue }) => {
      const apart = value === undefined ? [rawName] : [rawName, value];
      return inlineValue === true ? `${rawName}=${value}` : apart;
    }),
    names: typed.flatMap(({ name }) => flagNamed(`--${name}`)?.name ?? []),
  };
}
