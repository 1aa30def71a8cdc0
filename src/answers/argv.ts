import type { Answers } from '../core/answers.js';
import type { Controls } from '../core/controls.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { flagOf, optionNamed, type OptionKind } from '../core/options.js';
import { shown } from '../core/shown.js';
import { readValue } from '../core/values.js';
import { readToken, usageError } from './read-token.js';
import { tokensOf, type Flag } from './words.js';

/** What the command line says. */
export interface Typed {
  flags: Partial<Answers>;
  controls: Partial<Controls>;
}

/** Names of commands: a project with such a name is typed as `./doctor`. */
export const commandNames = ['create', 'doctor', 'update', 'certs'];

/** Checks a value and names its option in the error. */
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
      `A switch does not take a value such as ${extra.map(shown).join(', ')}.`,
      'Write only the switch for yes, and --no- before its name for no: --https, --no-https.',
    );
  }
  if (extra.length > 0) {
    throw usageError(
      `Only one directory is allowed, not also ${extra.map(shown).join(', ')}.`,
      'Put a path with spaces in quotes, and begin flags with --.',
    );
  }
  if (directory !== undefined && commandNames.includes(directory)) {
    throw usageError(
      `[directory]: "${directory}" is reserved for a command of create-fastify-wss.`,
      `For a project with that name, write ./${directory}.`,
    );
  }
  return directory === undefined ? {} : { directory: readFlag('directory', directory) };
}

function optionKind(flag: Flag): OptionKind | undefined {
  return flag.isControl ? undefined : optionNamed(flag.name).kind;
}

/**
 * Reads the command line.
 * @param argv the arguments after the program's name
 * @returns only what was typed, checked; the last of repeated flags counts, lists are joined
 * @throws UserError for unknown options and for values that an option does not accept
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
