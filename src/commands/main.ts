import { parseArguments } from '../answers/argv.js';
import { parseCertsArguments } from '../answers/certs-argv.js';
import { parseDoctorArguments } from '../answers/doctor-argv.js';
import { certsHelpText, doctorHelpText, helpText } from '../answers/help.js';
import {
  refuseLostCertsFlags,
  refuseLostDoctorFlags,
  refuseLostFlags,
} from '../answers/npm-flags.js';
import { answersSchema } from '../answers/schema.js';
import { withoutSeparator } from '../answers/words.js';
import { Cancelled, UserError, messageOf } from '../core/errors.js';
import { endIfHungUp, watchSignals, type Watch } from '../effects/signals.js';
import { ignoreClosedOutput, printError, printJson } from '../effects/ui.js';
import { errorReport } from '../plan/report.js';
import { certs } from './certs.js';
import { create } from './create.js';

const reportAt = 'Please report this, with the output of --verbose.';

interface Running {
  version: string;
  watch: Watch;
}

/**
 * Prints the help or the version if requested.
 * @returns whether it did
 */
function printsHelpOrVersion(
  { help = false, version = false }: { help?: boolean; version?: boolean },
  helpOf: () => string,
  running: Running,
): boolean {
  if (help || version) {
    process.stdout.write(help ? helpOf() : `${running.version}\n`);
  }
  return help || version;
}

/** `certs` and what follows it. */
async function runCerts(words: string[], running: Running): Promise<number> {
  refuseLostCertsFlags(words, process.env);
  const typed = parseCertsArguments(words.slice(1));
  return printsHelpOrVersion(typed.controls, certsHelpText, running) ? 0 : certs(typed, running);
}

/** `doctor` and what follows it. */
async function runDoctor(words: string[], running: Running): Promise<number> {
  refuseLostDoctorFlags(words, process.env);
  const typed = parseDoctorArguments(words.slice(1));
  if (printsHelpOrVersion(typed.controls, doctorHelpText, running)) {
    return 0;
  }
  const { doctor } = await import('./doctor.js');
  return doctor(typed, running);
}

async function runCreate(words: string[], running: Running): Promise<number> {
  refuseLostFlags(words, process.env);
  const typed = parseArguments(words);
  if (printsHelpOrVersion(typed.controls, helpText, running)) {
    return 0;
  }
  if (typed.controls.schema === true) {
    printJson(answersSchema());
    return 0;
  }
  return create(typed, running);
}

/** The commands; any other first word is the directory of a project. */
const commands: Record<string, typeof runCreate> = { certs: runCerts, doctor: runDoctor };

/** An unexpected error: one line, and the stack with --verbose. */
function unexpected(error: unknown): UserError {
  return new UserError(messageOf(error), reportAt, {
    code: 'unexpected',
    stage: 'plan',
    exitCode: 1,
    cause: error,
  });
}

/** Prints an error as text or JSON. @returns the exit code */
function fail(error: UserError, argv: string[]): number {
  if (argv.includes('--json')) {
    printJson(errorReport(error));
  } else if (!(error instanceof Cancelled && error.said)) {
    printError(error.message, error.details, error.fix);
  }
  const origin = error.code === 'unexpected' ? error.cause : error;
  if (argv.includes('--verbose') && !argv.includes('--json') && origin instanceof Error) {
    process.stderr.write(`${origin.stack}\n`);
  }
  return error.exitCode;
}

/**
 * Runs the command line.
 * @param argv the arguments after the program's name
 * @param version the version of this package
 * @returns the exit code
 */
export async function main(argv: string[], version: string): Promise<number> {
  ignoreClosedOutput();
  const watch = watchSignals();
  try {
    const words = withoutSeparator(argv, process.env);
    const command = commands[words[0] ?? ''] ?? runCreate;
    return await command(words, { version, watch });
  } catch (error) {
    return fail(error instanceof UserError ? error : unexpected(error), argv);
  } finally {
    watch.stop();
    endIfHungUp();
  }
}
