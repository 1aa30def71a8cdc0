import type { Answers } from '../options/answers.js';
import { commandMeant, optionNamed } from '../options/options.js';
import { shown } from '../core/printable.js';
import { readValue } from '../options/values.js';
import type { Typed as TypedWords } from '../command/command.js';
import { reading, usageError } from '../command/parse.js';
import { controls, type Controls } from './controls.js';

/** What the command line of `create` says. */
export interface Typed {
  flags: Partial<Answers>;
  controls: Partial<Controls>;
}

function readDirectory([directory, ...extra]: string[]): Partial<Answers> {
  const meant = commandMeant(directory ?? '');
  if (meant !== undefined) {
    throw usageError(
      directory === meant
        ? `[directory]: "${directory}" is reserved for a command of create-fastify-wss.`
        : `[directory]: "${directory}" is not a command. Did you mean ${meant}?`,
      `For a project with that name, write ./${directory}.`,
    );
  }
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
  if (directory === undefined) {
    return {};
  }
  const option = optionNamed('directory');
  return { directory: String(reading('[directory]', () => readValue(option, directory))) };
}

function isControl([name]: [string, unknown]): boolean {
  return controls.some((row) => row.name === name);
}

/**
 * Sorts what was typed into answers and what steers the run.
 * @throws UserError for a directory that cannot be one
 */
export function readArguments({ positionals, values }: TypedWords): Typed {
  const entries = Object.entries(values);
  const answers = Object.fromEntries(entries.filter((entry) => !isControl(entry)));
  return {
    flags: { ...answers, ...readDirectory(positionals) },
    controls: Object.fromEntries(entries.filter(isControl)),
  };
}
