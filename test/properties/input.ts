import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parseAnswersFile } from '../../src/options/answers-file.js';
import { parseArguments } from '../support/arguments.js';
import { complete } from '../../src/options/complete.js';
import { answersSchema } from '../../src/options/schema.js';
import { controls } from '../../src/create/controls.js';
import { UserError } from '../../src/core/errors.js';
import { flagOf, options } from '../../src/options/options.js';
import { fileTextOf } from './given.js';
import { hostilePath, hostileText } from './hostile.js';
import { expectRefusal, fileName, program, world } from './judge.js';
import type { Property } from './property.js';
import { anyGiven } from './sets.js';

/** @returns the result of the function, or its UserError; throws any other error */
function attempt<Result>(action: () => Result): Result | UserError {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) {
      return error;
    }
    throw error;
  }
}

const knownFlags = [...options, ...controls].map(({ name }) => flagOf(name));

/** Flags, misspelled flags, and other words between them. */
const word = fc.oneof(
  fc.constantFrom(...knownFlags, '--', '-', '---', '--=', '--no-', '--no-=x', '-=', '-y=x', '-yh'),
  fc
    .tuple(
      fc.constantFrom('--', '--no-', '-', '--no-no-', '—'),
      fc.constantFrom(
        ...options.map(({ name }) => name),
        'cert-source',
        'https',
        'git',
        'prot',
        '__proto__',
      ),
      fc.constantFrom('', '=', '=x', '=true', '==', ' x'),
    )
    .map((parts) => parts.join('')),
  hostilePath,
  hostileText,
);

const argumentsProperty: Property = {
  name: 'any words at all are arguments, or a UserError',
  share: 4,
  check: (effort) =>
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const typed = attempt(() => parseArguments(argv));
        if (typed instanceof UserError) {
          assert.equal(typed.exitCode, 2);
          assert.ok(typed.message !== '' && typed.fix !== '');
        }
      }),
      effort,
    ),
};

const keys = [...options.map(({ name }) => name), '$schema', '__proto__', 'constructor', 'prot'];

const anyFileValue = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.constantFrom(...options.flatMap(({ choices = [] }) => choices.map(({ value }) => value))),
  fc.constantFrom(true, false, 3000, 443, 1e3, 0.5, -0, 65_536, 'localhost', 'a.test', ' ts', ''),
  fc.array(fc.constantFrom('a.test', ' a.test', '', 'https://a.test', '::1', '*.a.test', 'x,y')),
  hostilePath,
);

/** JSON that is nested deeper than the call stack allows. */
function deep(start: string): string {
  const ends = start === '[' ? ']' : '}';
  return `{"port":${start.repeat(20_000)}1${ends.repeat(20_000)}}`;
}

/**
 * JSON of every kind: invalid answers in an object, complete sets, and values other than objects.
 */
const anyFileText = fc.oneof(
  ...[
    fc
      .array(fc.tuple(fc.constantFrom(...keys), anyFileValue), { maxLength: 4 })
      .map((entries) => JSON.stringify(Object.fromEntries(entries))),
    anyGiven.map(({ flags, file }) => fileTextOf({ ...flags, ...file })),
    fc.json({ stringUnit: 'binary' }),
    hostileText,
  ].map((arbitrary) => ({ arbitrary, weight: 20 })),
  // These two are slow to read, and always the same.
  { arbitrary: fc.constantFrom(deep('['), deep('{"port":')), weight: 1 },
);

const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(answersSchema());

const fileProperty: Property = {
  name: 'any text at all is an answers file that its schema accepts, or a UserError with file and key',
  share: 4,
  check: (effort) =>
    fc.assert(
      fc.property(anyFileText, (text) => {
        const file = attempt(() => parseAnswersFile(fileName, text));
        if (file instanceof UserError) {
          expectRefusal(file, [`${fileName}: `]);
          return;
        }
        // Rules of the schema about pairs of answers are tested with complete sets.
        const layers = { flag: {}, file, asked: {} };
        const whole = attempt(() => complete({ layers, world, program, yes: true, hints: [] }));
        if (whole instanceof UserError) {
          expectRefusal(whole, knownFlags);
          return;
        }
        assert.ok(accepts(JSON.parse(text.replace(/^\uFEFF/, ''))), JSON.stringify(accepts.errors));
      }),
      effort,
    ),
};

export const inputProperties: Property[] = [argumentsProperty, fileProperty];
