import { isDeepStrictEqual } from 'node:util';
import type { Answers, OptionName, World } from './answers.js';
import type { UserError } from '../core/errors.js';
import { options, placeholderOf, type KnownAnswers, type Option } from './options.js';
import { quoteCommand } from '../core/quote.js';
import { repeatCommand } from './repeat.js';
import { isComplete, missingAnswers, resolve, type Layers } from './resolve.js';

/** The answers of a run, with the warnings about them. */
export interface Gathered {
  answers: Answers;
  warnings: string[];
}

interface Given {
  layers: Layers;
  world: World;
  /** The words that start this program. */
  program: string[];
  /** Whether defaults replace missing answers. */
  yes: boolean;
  /** What else to say if answers are missing. */
  hints: string[];
  /** The command that was probably meant. */
  meant?: string[] | undefined;
}

/** The error for a run without prompts: the missing answers, and the full command. */
function unanswered(
  { layers, world, program, yes, hints, meant }: Given,
  missing: Option[],
): UserError {
  const { known } = resolve(layers, world);
  const given = Object.keys({ ...layers.file, ...layers.flag });
  // Yarn has the command run by npx, which would be the default then.
  const byDefault = world.packageManager === 'npm' ? [] : ['packageManager'];
  const wanted = [...given, ...byDefault, ...missing.map(({ name }) => name)];
  const open = missing.filter(({ name }) => known[name] === undefined);
  const placeholders = Object.fromEntries(open.map((row) => [row.name, placeholderOf(row)]));
  const command = repeatCommand({
    known: { ...known, ...placeholders },
    names: options.map(({ name }) => name).filter((name) => wanted.includes(name)),
    program,
  });
  // With --yes, only answers without a default are missing, and the other defaults are wanted.
  const whole = quoteCommand(meant ?? (yes ? [...command, '--yes'] : command));
  return missingAnswers(missing, whole, hints);
}

/**
 * Completes the given answers with defaults.
 * @throws UserError for contradictions and missing answers
 */
export function complete(given: Given): Gathered {
  const { known, gaps, contradictions, warnings } = resolve(given.layers, given.world);
  const contradiction = contradictions[0];
  if (contradiction !== undefined) {
    throw contradiction.error;
  }
  const missing = given.yes ? gaps.filter(({ name }) => known[name] === undefined) : gaps;
  if (missing.length > 0 || !isComplete(known, gaps)) {
    throw unanswered(given, missing);
  }
  return { answers: known, warnings };
}

interface Repeated {
  answers: KnownAnswers;
  world: World;
  program: string[];
}

/** @returns the shortest command that gives these answers without questions: others are defaults */
export function commandOf({ answers, world, program }: Repeated): string[] {
  const gives = (names: OptionName[]): boolean => {
    const flag = Object.fromEntries(names.map((name) => [name, answers[name]]));
    return isDeepStrictEqual(resolve({ flag, file: {}, asked: {} }, world).known, answers);
  };
  const all = options.map(({ name }) => name).filter((name) => answers[name] !== undefined);
  const needed = all.reduce((kept, name) => {
    const fewer = kept.filter((each) => each !== name);
    return gives(fewer) ? fewer : kept;
  }, all);
  return [...repeatCommand({ known: answers, names: needed, program }), '--yes'];
}
