import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { parseAnswersFile } from '../../src/options/answers-file.js';
import { parseArguments } from '../support/arguments.js';
import { complete } from '../../src/options/complete.js';
import { repeatCommand } from '../../src/options/repeat.js';
import type { Layers } from '../../src/options/resolve.js';
import type { Answers } from '../../src/options/answers.js';
import { UserError } from '../../src/core/errors.js';
import { options } from '../../src/options/options.js';
import { fileOf } from '../support/rendered.js';
import type { Given } from './given.js';
import { expectRefusal, formsOf, judge, program, world, type Accepted } from './judge.js';
import type { Property } from './property.js';
import { expectAnswers, expectReadBack } from './read-back.js';
import { anyGiven } from './sets.js';

function answersOf(layers: Partial<Layers>): Answers {
  const whole = { flag: {}, file: {}, asked: {}, ...layers };
  return complete({ layers: whole, world, program, yes: true, hints: [] }).answers;
}

/** The command that repeats the run, and the record with the rest. */
function expectRepeatable({ answers, plan }: Accepted): void {
  const names = options.map(({ name }) => name);
  const command = repeatCommand({ known: answers, names, program });
  const { flags } = parseArguments(command.slice(2));
  assert.equal(resolve(flags.directory ?? ''), plan.directory);
  assert.deepEqual(answersOf({ flag: { ...flags, directory: answers.directory } }), answers);

  const record = JSON.parse(fileOf(plan.files, '.create-fastify-wss.json'));
  const file = parseAnswersFile('record.json', JSON.stringify(record.answers));
  const others = options.filter(({ name, recorded }) => !recorded && answers[name] !== undefined);
  const flag = Object.fromEntries(others.map(({ name }) => [name, answers[name]]));
  assert.deepEqual(answersOf({ flag, file }), answers);
}

/** What a plan writes, without the secret for development, which differs from run to run. */
function bytesOf(verdict: unknown): string {
  return JSON.stringify(verdict).replaceAll(/AUTH_SECRETS=[\w-]{43}/g, 'AUTH_SECRETS=');
}

/** @returns whether the answers were accepted */
function expectVerdict(given: Given): boolean {
  const verdict = judge(given);
  if (verdict instanceof UserError) {
    expectRefusal(verdict, formsOf(given));
    return false;
  }
  expectAnswers(given, verdict.answers);
  expectReadBack(verdict);
  expectRepeatable(verdict);
  assert.equal(bytesOf(judge(given)), bytesOf(verdict), 'The same answers give other bytes.');
  return true;
}

/** A property that never saw accepted or never saw refused answers would prove nothing. */
function expectBothKinds(verdicts: boolean[]): void {
  const accepted = verdicts.filter(Boolean).length;
  const enough = verdicts.length / 10;
  assert.ok(
    accepted > enough && verdicts.length - accepted > enough,
    `${accepted} of ${verdicts.length}`,
  );
}

export const answersProperty: Property = {
  name: 'answers are read back from every file as they were given, or the option is named',
  share: 1,
  check: (effort) => {
    const verdicts: boolean[] = [];
    fc.assert(
      fc.property(anyGiven, (given) => {
        verdicts.push(expectVerdict(given));
      }),
      effort,
    );
    expectBothKinds(verdicts);
  },
};
