import type { Answers } from '../core/answers.js';
import type { Controls } from '../core/controls.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { flagOf, optionNamed, type OptionKind } from '../core/options.js';
import { shown } from '../core/shown.js';
import { readValue } from '../core/values.js';
import { flags, tokensOf, type Flag } from './words.js';

/** What the command line says. */
export interface Typed {
  flags: Partial<Answers>;
  controls: Partial<Controls>;
}

/** Names of commands: a project of that name is written `./doctor`. */
export const commandNames = ['create', 'doctor', 'update', 'certs'];

function usageError(message: string, fix: string): UserError {
  return new UserError(message, fix, { code: 'unknown-option', stage: 'arguments' });
}

function unknownFlag(typed: string): UserError {
  const meant = nearest(typed, [...flags.keys()]);
  const help = 'See create-fastify-wss --help.';
  return usageError(
    `There is no option ${typed}.`,
    meant === undefined ? help : `Did you mean ${meant}? ${help}`,
  );
}

/** Runs the check of a row and says which option a refused value was for. */
function readFlag(name: string, value: unknown): unknown {
  try {
    return readValue(optionNamed(name), value);
  } catch (error) {
    if (error instanceof InvalidValue) {
      throw new UserError(`${flagOf(name)}: ${error.message}`, error.fix, {
        code: 'invalid-value',
        stage: 'arguments',
        cause: error,
      });
    }
    throw error;
  }
}

function readDirectory(positionals: string[]): Record<string, unknown> {
  const [directory, ...extra] = positionals;
  if (extra.some((word) => /^(true|false|yes|no)$/i.test(word))) {
    throw usageError(
      `A switch takes no value such as ${extra.map(shown).join(', ')}.`,
      'Write the switch alone for yes, and with --no- in front for no: --https, --no-https.',
    );
  }
  if (extra.length > 0) {
    throw usageError(
      `Only one directory can be given, not also ${extra.map(shown).join(', ')}.`,
      'Put a path with spaces in quotes, and write flags with --.',
    );
  }
  if (directory !== undefined && commandNames.includes(directory)) {
    throw usageError(
      `[directory]: "${directory}" is kept for a command of create-fastify-wss.`,
      `For a project of that name write ./${directory}.`,
    );
  }
  return directory === undefined ? {} : { directory: readFlag('directory', directory) };
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

/** @returns the flag and the value of one token, `--no-git` being `git: false` */
function readToken(token: OptionToken) {
  const negated = token.rawName.startsWith('--no-') && !flags.has(token.rawName);
  const flag = flags.get(negated ? `--${token.rawName.slice('--no-'.length)}` : `--${token.name}`);
  if (flag === undefined || (negated && !flag.negatable)) {
    throw unknownFlag(token.rawName);
  }
  const swallowed = token.inlineValue !== true && token.value?.startsWith('--') === true;
  if (flag.takesValue && (token.value === undefined || swallowed)) {
    throw usageError(`${token.rawName} needs a value.`, `Write ${flagOf(flag.name)}=VALUE.`);
  }
  if (!flag.takesValue && token.value !== undefined) {
    throw usageError(
      `${token.rawName} takes no value.`,
      flag.negatable
        ? `Write ${flagOf(flag.name)} or --no-${flagOf(flag.name).slice(2)}.`
        : 'Leave it out.',
    );
  }
  return { flag, value: flag.takesValue ? token.value : !negated };
}

function optionKind(flag: Flag): OptionKind | undefined {
  return flag.isControl ? undefined : optionNamed(flag.name).kind;
}

/**
 * Reads the command line.
 * @param argv the arguments behind the program's name
 * @returns only what was typed, checked; a flag typed twice counts as last typed, a list grows
 * @throws UserError for unknown options and for values that an option does not take
 */
export function parseArguments(argv: string[]): Typed {
  const typedFlags: Record<string, unknown> = {};
  const typedControls: Record<string, unknown> = {};
  const positionals: string[] = [];
  for (const token of tokensOf(argv)) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
    } else if (token.kind === 'option') {
      const { flag, value } = readToken(token);
      const target = flag.isControl ? typedControls : typedFlags;
      const earlier = optionKind(flag) === 'list' ? target[flag.name] : undefined;
      target[flag.name] = earlier === undefined ? value : `${String(earlier)},${String(value)}`;
    }
  }
  const read = Object.entries(typedFlags).map(([name, value]) => [name, readFlag(name, value)]);
  return {
    flags: { ...Object.fromEntries(read), ...readDirectory(positionals) },
    controls: typedControls,
  };
}
