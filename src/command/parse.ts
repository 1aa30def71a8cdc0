import { InvalidValue, UserError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { flagOf } from '../options/options.js';
import type { Command, Row, Typed } from './command.js';
import { rowOf, tokensOf } from './words.js';

/** An error about the form of the command line. */
export function usageError(message: string, fix: string): UserError {
  return new UserError(message, fix, { code: 'unknown-option', stage: 'arguments' });
}

/**
 * Reads a value, and says in an error what it was typed for.
 * @throws UserError instead of `InvalidValue`
 */
export function reading<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidValue) {
      throw new UserError(`${what}: ${error.message}`, error.fix, {
        code: 'invalid-value',
        stage: 'arguments',
        cause: error,
      });
    }
    throw error;
  }
}

type Wanted = Pick<Command, 'name' | 'rows'>;

function unknownFlag(typed: string, { name, rows }: Wanted): UserError {
  const meant = nearest(
    typed,
    rows.map((row) => flagOf(row.name)),
  );
  const help = `See create-fastify-wss ${name === '' ? '' : `${name} `}--help.`;
  return usageError(
    `There is no option ${typed}.`,
    meant === undefined ? help : `Did you mean ${meant}? ${help}`,
  );
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

/** Reads a flag and its value, `--no-git` being `git: false`. */
function readToken(token: OptionToken, wanted: Wanted): { row: Row; value: string | boolean } {
  const { rawName, value, inlineValue } = token;
  const row = rowOf(`--${token.name}`, wanted.rows);
  const negated = row !== undefined && rawName === `--no-${flagOf(row.name).slice(2)}`;
  if (row === undefined || (negated && row.negatable !== true)) {
    throw unknownFlag(rawName, wanted);
  }
  const flag = flagOf(row.name);
  // `--no-overlay`: the answer is none.
  const takesValue = row.placeholder !== undefined && !negated;
  const swallowed = inlineValue !== true && value?.startsWith('--') === true;
  if (takesValue && (value === undefined || swallowed)) {
    throw usageError(`${rawName} needs a value.`, `Write ${flag}=VALUE.`);
  }
  if (!takesValue && value !== undefined) {
    const forms = `Write ${flag} or --no-${flag.slice(2)}.`;
    throw usageError(
      `${rawName} does not take a value.`,
      row.negatable === true ? forms : 'Leave the value out.',
    );
  }
  return { row, value: value ?? !negated };
}

/**
 * Reads the command line after the name of a command.
 * @returns only what was typed, checked; a flag typed twice counts as last typed, a list grows
 * @throws UserError for unknown options and for values that an option does not take
 */
export function parse(wanted: Wanted, words: string[]): Typed {
  const typed = new Map<Row, string | boolean>();
  const positionals: string[] = [];
  for (const token of tokensOf(words, wanted.rows)) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
    } else if (token.kind === 'option') {
      const { row, value } = readToken(token, wanted);
      const earlier = row.isList === true ? typed.get(row) : undefined;
      const { separator = ',' } = row;
      typed.set(row, earlier === undefined ? value : [earlier, value].map(String).join(separator));
    }
  }
  const values = [...typed].map(([{ name, read, placeholder }, value]) => {
    if (value === false && placeholder !== undefined) {
      return [name, ''] as const;
    }
    const isText = read !== undefined && typeof value === 'string';
    return [name, isText ? reading(flagOf(name), () => read(value)) : value] as const;
  });
  return { positionals, values: Object.fromEntries(values) };
}
