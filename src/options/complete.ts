import type { Answers, World } from './answers.js';
import type { UserError } from '../core/errors.js';
import { options, placeholderOf, type Option } from './options.js';
import { quoteCommand } from '../core/quote.js';
import { repeatCommand } from './repeat.js';
import { isComplete, missingAnswers, resolve, type Layers } from './resolve.js';

/** The answers of a run, with what was said about them on the way. */
export interface Gathered {
  answers: Answers;
  warnings: string[];
}

interface Given {
  layers: Layers;
  world: World;
  /** The version of this package. */
  version: string;
  /** Whether defaults stand for what is not given. */
  yes: boolean;
  /** What else is said where answers are missing. */
  hints: string[];
}

/** The error for a run in which nobody can be asked: what is missing, and the whole command. */
function unanswered({ layers, world, version, yes, hints }: Given, missing: Option[]): UserError {
  const { known } = resolve(layers, world);
  const given = Object.keys({ ...layers.file, ...layers.flag });
  const wanted = [...given, ...missing.map(({ name }) => name)];
  const open = missing.filter(({ name }) => known[name] === undefined);
  const placeholders = Object.fromEntries(open.map((row) => [row.name, placeholderOf(row)]));
  const command = repeatCommand({
    known: { ...known, ...placeholders },
    names: options.map(({ name }) => name).filter((name) => wanted.includes(name)),
    version,
    runner: world.packageManager,
  });
  // With --yes only what has no default is missing, and its user wants the other defaults.
  const whole = quoteCommand(yes ? [...command, '--yes'] : command);
  return missingAnswers(missing, whole, hints);
}

/**
 * Makes whole answers of what is given.
 * @throws UserError for contradictions and for answers that are missing
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
