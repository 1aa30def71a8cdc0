import { certs } from './certs/command.js';
import type { Command, Running } from './command/command.js';
import { helpText } from './command/help.js';
import { refuseLostFlags } from './command/npm-trap.js';
import { parse } from './command/parse.js';
import { withoutSeparator } from './command/words.js';
import { Cancelled, UserError, messageOf, errorReport } from './core/errors.js';
import { create } from './create/command.js';
import { doctor } from './doctor/command.js';
import { watchSignals } from './io/signals.js';
import { update } from './update/command.js';
import { ownProgram } from './io/environment.js';
import { withoutSecrets } from './core/secrets.js';
import { ignoreClosedOutput, leaveWhenPrinted, printError, printJson } from './io/ui.js';

/** The commands; any other first word is the directory of a project. */
const commands: Command[] = [certs, doctor, update];

declare const REPORT_SENTENCE: string;

async function runCommand(command: Command, argv: string[], running: Running): Promise<number> {
  const words = withoutSeparator(argv, command, process.env);
  refuseLostFlags(command, words, process.env);
  const typed = parse(command, words);
  if (typed.values['help'] === true) {
    process.stdout.write(helpText(command, command === create ? commands : []));
    return 0;
  }
  if (typed.values['version'] === true) {
    process.stdout.write(`${running.version}\n`);
    return 0;
  }
  return command.run(typed, running);
}

/** An unexpected error: one line, and the stack with --verbose. */
function unexpected(error: unknown): UserError {
  return new UserError(messageOf(error), REPORT_SENTENCE, {
    code: 'unexpected',
    stage: 'plan',
    exitCode: 1,
    cause: error,
  });
}

/** Prints an error as text or JSON, without what is secret. @returns the exit code */
function fail(error: UserError, argv: string[], secrets: string[] | undefined): number {
  const clean = (text: string): string =>
    secrets === undefined ? text : withoutSecrets(text, secrets);
  const { message, details, fix, code, stage } = error;
  const said = new UserError(clean(message), clean(fix), {
    code,
    stage,
    details: details.map(clean),
  });
  if (argv.includes('--json')) {
    printJson(errorReport(said));
  } else if (!(error instanceof Cancelled && error.said)) {
    printError(said.message, said.details, said.fix);
  }
  const origin = error.code === 'unexpected' ? error.cause : error;
  if (argv.includes('--verbose') && !argv.includes('--json') && origin instanceof Error) {
    process.stderr.write(`${clean(origin.stack ?? '')}\n`);
  }
  if (code === 'unexpected') {
    // Open connections would keep the process alive.
    leaveWhenPrinted(error.exitCode);
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
  const named = commands.find(({ name }) => name === argv[0]);
  const words = named === undefined ? argv : argv.slice(1);
  const secrets = named?.secrets?.(words);
  try {
    return await runCommand(named ?? create, words, {
      version,
      program: ownProgram(version),
      watch,
      secrets: secrets ?? [],
    });
  } catch (error) {
    return fail(error instanceof UserError ? error : unexpected(error), argv, secrets);
  } finally {
    watch.stop();
  }
}
