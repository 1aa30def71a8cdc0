import { parseArguments, type Typed } from '../answers/argv.js';
import { helpText } from '../answers/help.js';
import { refuseLostFlags } from '../answers/npm-flags.js';
import { answersSchema } from '../answers/schema.js';
import { Cancelled, UserError, messageOf } from '../core/errors.js';
import { exitCodeOf } from '../effects/signals.js';
import { printError, printJson } from '../effects/ui.js';
import { create } from './create.js';

const reportAt = 'Please report this, with the output of --verbose.';

async function dispatch({ flags, controls }: Typed, version: string): Promise<number> {
  if (controls.help === true) {
    process.stdout.write(helpText());
    return 0;
  }
  if (controls.version === true) {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (controls.schema === true) {
    printJson(answersSchema());
    return 0;
  }
  return create({ flags, controls }, version);
}

/** One error, one place: what a person reads, what a program reads, and the exit code. */
function fail(error: unknown, argv: string[]): number {
  const unexpected = !(error instanceof UserError);
  const message = messageOf(error);
  const fix = unexpected ? reportAt : error.fix;
  const details = unexpected ? [] : error.details;
  const code = unexpected ? 'unexpected' : error.code;
  const stage = unexpected ? 'plan' : error.stage;
  if (argv.includes('--json')) {
    printJson({ schemaVersion: 1, ok: false, error: { code, stage, message, fix, details } });
  } else {
    printError(message, details, fix);
  }
  if (argv.includes('--verbose') && error instanceof Error && !argv.includes('--json')) {
    process.stderr.write(`${error.stack}\n`);
  }
  return unexpected ? 1 : error.exitCode;
}

/**
 * Runs the command line.
 * @param argv the arguments behind the program's name
 * @param version the version of this package
 * @returns the exit code
 */
export async function main(argv: string[], version: string): Promise<number> {
  try {
    refuseLostFlags(argv, process.env);
    return await dispatch(parseArguments(argv), version);
  } catch (error) {
    return error instanceof Cancelled ? exitCodeOf(error.signal) : fail(error, argv);
  }
}
