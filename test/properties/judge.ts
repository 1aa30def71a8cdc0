import assert from 'node:assert/strict';
import { complete } from '../../src/options/complete.js';
import { parseAnswersFile } from '../../src/options/answers-file.js';
import { parseArguments } from '../support/arguments.js';
import type { Answers, World } from '../../src/options/answers.js';
import { UserError } from '../../src/core/errors.js';
import { flagOf, optionNamed, options } from '../../src/options/options.js';
import { makePlan } from '../../src/create/make-plan.js';
import type { Plan } from '../../src/create/plan/plan.js';
import { templates } from '../support/rendered.js';
import { argvOf, fileTextOf, type Given, type Value } from './given.js';

export const world: World = { packageManager: 'npm', mkcert: false, trusted: false };
export const version = '1.2.3';
export const program = ['npx', `create-fastify-wss@${version}`];
export const fileName = 'team.json';

export interface Accepted {
  answers: Answers;
  plan: Plan;
}

/** The result of a set of answers: a plan, or the error for the user. */
export type Verdict = Accepted | UserError;

/** Runs all steps of a run with `--yes` up to its plan, except PEM files and the disk. */
function run(argv: string[], text: string): Accepted {
  const { flags } = parseArguments(argv);
  const layers = { flag: flags, file: parseAnswersFile(fileName, text), asked: {} };
  const gathered = complete({ layers, world, program, yes: true, hints: [] });
  return {
    answers: gathered.answers,
    plan: makePlan({ ...gathered, verify: false, version, program, templates }),
  };
}

/** @throws any error that is not a UserError: no input may cause one */
export function judge({ flags, file }: Given): Verdict {
  try {
    return run(argvOf(flags), fileTextOf(file));
  } catch (error) {
    if (error instanceof UserError) {
      return error;
    }
    throw error;
  }
}

/** Asserts that the user can act on an error. */
export function expectRefusal(error: UserError, names: string[]): void {
  assert.equal(error.exitCode, 2);
  assert.notEqual(error.fix.trim(), '');
  assert.ok(
    names.some((name) => error.message.includes(name)),
    `"${error.message}" names none of ${names.join(', ')}.`,
  );
}

/** @returns the names that a message may use for the given options */
export function formsOf({ flags, file }: Given): string[] {
  const flagNames = Object.keys(flags).map(flagOf);
  const fileNames = Object.keys(file).flatMap((name) => [
    flagOf(name),
    `${fileName}: ${name}: `,
    `"${name}"`,
  ]);
  // A missing option was not given, but is still named.
  const missing = options.filter(({ default: byDefault }) => byDefault === undefined);
  return [...flagNames, ...fileNames, ...missing.map(({ name }) => flagOf(name)), '--origins'];
}

/** What a user means by this value: the answer in the type of the row. */
export function meant(name: string, value: Value): unknown {
  const { kind } = optionNamed(name);
  if (kind === 'list') {
    const entries = [value].flat().flatMap((entry) => String(entry).split(','));
    return [...new Set(entries.map((entry) => entry.trim()).filter((entry) => entry !== ''))];
  }
  if (kind === 'port') {
    return Number(value);
  }
  return kind === 'text' ? String(value).trim() : value;
}
