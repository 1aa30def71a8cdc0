import { basename, resolve as resolvePath } from 'node:path';
import { parseAnswersFile } from '../answers/answers-file.js';
import type { Typed } from '../answers/argv.js';
import { npmHints } from '../answers/npm-flags.js';
import { repeatCommand } from '../answers/repeat.js';
import { isComplete, missingAnswers, resolve, type Layers } from '../answers/resolve.js';
import type { Answers, AnswerValue, World } from '../core/answers.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { options, type Option } from '../core/options.js';
import { quoteCommand } from '../core/quote.js';
import { isVacant } from '../effects/compare.js';
import { readAnswersText } from '../effects/inputs.js';
import { findProgram, isInteractive, runningPackageManager } from '../effects/probes.js';
import { projectName } from '../plan/project-name.js';

/** The answers of a run, with what was said about them on the way. */
export interface Gathered {
  answers: Answers;
  warnings: string[];
}

function layersOf({ flags, controls }: Typed): Layers {
  const path = controls.answers;
  const file = path === undefined ? {} : parseAnswersFile(path, readAnswersText(path));
  return { flag: flags, file, asked: {} };
}

/** Paths are looked at where they are typed, so that a mistake is mended there. */
async function checksOnDisk(): Promise<(option: Option, value: AnswerValue) => void> {
  const { checkPem } = await import('../effects/pem.js');
  return (option, value) => {
    try {
      if (option.kind === 'directory') {
        projectName(basename(resolvePath(String(value))));
        isVacant(resolvePath(String(value)));
      } else if (option.kind === 'path') {
        checkPem(option.name, String(value));
      }
    } catch (error) {
      throw error instanceof UserError ? new InvalidValue(error.message, error.fix) : error;
    }
  };
}

async function asked(layers: Layers, world: World): Promise<Layers> {
  const { interview } = await import('../prompts/interview.js');
  return interview({ layers, world, checkOnDisk: await checksOnDisk() });
}

/** The error for a run in which nobody can be asked: what is missing, and the whole command. */
function unanswered(layers: Layers, world: World, missing: Option[], version: string): UserError {
  const { known } = resolve(layers, world);
  const given = Object.keys({ ...layers.file, ...layers.flag });
  const wanted = [...given, ...missing.map(({ name }) => name)];
  const placeholders = missing.filter(({ name }) => known[name] === undefined);
  const shown = Object.fromEntries(placeholders.map(({ name }) => [name, 'FILE']));
  const command = repeatCommand({
    known: { ...known, ...shown },
    names: options.map(({ name }) => name).filter((name) => wanted.includes(name)),
    version,
    runner: world.packageManager,
  });
  return missingAnswers(missing, quoteCommand(command), [
    'Nobody can be asked: there is no terminal.',
    ...npmHints(process.env),
  ]);
}

/**
 * Gathers the answers of a run from flags, the answers file, the person at the terminal and defaults.
 * @throws UserError for contradictions and for answers that are missing where nobody can be asked
 * @throws Cancelled when the user leaves at a question
 */
export async function gather(typed: Typed, version: string): Promise<Gathered> {
  const yes = typed.controls.yes === true;
  const mayAsk = !yes && typed.controls.json !== true && isInteractive();
  const mkcert = mayAsk && findProgram('mkcert') !== undefined;
  const world: World = { packageManager: runningPackageManager(), mkcert };
  const given = layersOf(typed);
  const layers = mayAsk ? await asked(given, world) : given;
  const { known, gaps, contradictions, warnings } = resolve(layers, world);
  const contradiction = contradictions[0];
  if (contradiction !== undefined) {
    throw contradiction.error;
  }
  const missing = yes ? gaps.filter(({ name }) => known[name] === undefined) : gaps;
  if (missing.length > 0 || !isComplete(known, gaps)) {
    throw unanswered(layers, world, missing, version);
  }
  return { answers: known, warnings };
}
