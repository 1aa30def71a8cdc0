import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswersFile } from '../../../src/options/answers-file.js';
import { helpText } from '../../../src/command/help.js';
import { parseArguments } from '../../support/arguments.js';
import { certs } from '../../../src/certs/command.js';
import { create } from '../../../src/create/command.js';
import { doctor } from '../../../src/doctor/command.js';
import { update } from '../../../src/update/command.js';
import { repeatCommand } from '../../../src/options/repeat.js';
import { resolve } from '../../../src/options/resolve.js';
import { answersSchema } from '../../../src/options/schema.js';
import type { Answers, World } from '../../../src/options/answers.js';
import { flagOf, options } from '../../../src/options/options.js';
import {
  answersOf,
  combinations,
  extraNames,
  extrasOn,
  managers,
  ways,
} from '../../support/combinations.js';

const world: World = { packageManager: 'npm', mkcert: false, trusted: false };
const ajv = new Ajv2020({ strict: true, strictRequired: false });

describe('the table of options', () => {
  it('has each option once, and conditions only of rows above', () => {
    const names = options.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [index, option] of options.entries()) {
      const above = names.slice(0, index);
      const needed = Object.keys(option.when ?? {});
      expect(needed.filter((name) => !above.some((each) => each === name))).toEqual([]);
    }
  });

  it('is completely in the help', () => {
    const help = helpText(create);
    for (const { name, summary, choices = [] } of options) {
      expect(help).toContain(name === 'directory' ? '[directory]' : flagOf(name).slice(2));
      expect(help.replaceAll(/\s+/g, ' ')).toContain(summary);
      choices.forEach(({ value }) => expect(help).toContain(value));
    }
  });

  it.each([create, certs, doctor, update])('makes a help that fits a screen: $name', (command) => {
    const lines = helpText(command, [certs, doctor, update]).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThanOrEqual(65);
  });
});

describe('the JSON Schema', () => {
  const accepts = ajv.compile(answersSchema());

  it.each(combinations)('accepts %s, and so does the answers file', (_name, answers) => {
    const { mkcertInstall: _personal, ...shared } = answers;
    expect(accepts(shared)).toBe(true);
    expect(parseAnswersFile('team.json', JSON.stringify(shared))).toEqual(shared);
  });

  it.each([
    [{ langauge: 'js' }],
    [{ mkcertInstall: true }],
    [{ language: 'typescript' }],
    [{ port: '3000' }],
    [{ port: 0 }],
    [{ https: 'yes' }],
    [{ origins: [] }],
    [{ https: false, certSource: 'mkcert' }],
    [{ keyFile: 'key.pem' }],
    [{ domain: 'a.test', certSource: 'mkcert' }],
  ])('refuses %j', (answers) => {
    expect(accepts(answers)).toBe(false);
  });
});

describe('an answers file', () => {
  it.each([
    ['{', 'team.json: The file is not JSON', 'Correct it.'],
    ['[]', 'team.json: The file is not a JSON object.', 'Write {'],
    ['{"langauge":"js"}', 'team.json: There is no option "langauge".', 'Did you mean language?'],
    ['{"port":"x"}', 'team.json: port: "x" is not allowed here.', '1 to 65535'],
    [
      '{"mkcertInstall":true}',
      '"mkcertInstall" is not allowed in an answers file',
      '--mkcert-install on the command line',
    ],
    ['{"port":"4000"}', 'team.json: port: "4000" is not allowed here.', '1 to 65535'],
    ['{"hosts":"a.test"}', 'team.json: hosts: "a.test" is not allowed here.', 'a list of strings'],
    ['{"language":" ts"}', 'team.json: language: " ts" is not allowed here.', 'Did you mean ts?'],
    [
      '{"origins":["https://a,b"]}',
      'The host of "https://a,b" is not a host name',
      'scheme://host[:port]',
    ],
    ['{"directory":"\\ud800"}', 'team.json: directory: "\uD800" is not a path', 'path of a file'],
    [`{"port":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'A list is not allowed here.', '1 to 65535'],
    ['{"__proto__":1}', 'team.json: There is no option "__proto__".', 'The options are directory'],
    ['{"https":"yes"}', 'team.json: https: "yes" is not allowed here.', 'true or false'],
  ])('%s is refused', (text, message, fix) => {
    const parse = (): unknown => parseAnswersFile('team.json', text);
    expect(parse).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
    expect(parse).toThrow(expect.objectContaining({ fix: expect.stringContaining(fix) }));
  });

  it('may name its schema', () => {
    expect(parseAnswersFile('team.json', '{"$schema":"./schema.json","port":4000}')).toEqual({
      port: 4000,
    });
  });
});

/** Possible answers of a user: one way with ports, names and steps of all kinds. */
const anyAnswers: fc.Arbitrary<Answers> = fc
  .record({
    way: fc.constantFrom(...Object.values(ways)),
    directory: fc.constantFrom('app', 'my app', "it's", 'a#b', '$HOME/x', 'ünï', '-dash', '..'),
    language: fc.constantFrom<('ts' | 'js')[]>('ts', 'js'),
    port: fc.integer({ min: 1, max: 65_535 }),
    origins: fc.option(
      fc.webUrl().map((url) => [new URL(url).origin]),
      { nil: undefined },
    ),
    packageManager: fc.constantFrom(...managers),
    extras: fc.subarray(extraNames),
    install: fc.boolean(),
    git: fc.boolean(),
  })
  .map(({ way, origins, extras: chosen, ...rest }) =>
    answersOf({
      ...way,
      ...rest,
      ...extrasOn(chosen),
      ...(origins === undefined ? {} : { origins }),
    }),
  );

describe('the command that repeats a run', () => {
  const program = ['npx', 'create-fastify-wss@1.0.0'];

  it.each([
    [{ directory: 'doctor' }, ['./doctor']],
    [{ directory: 'docter' }, ['./docter']],
    [{ directory: '-' }, ['./-']],
    [{ keyFile: '--key.pem' }, ['app', '--key-file=--key.pem']],
    [{ keyFile: 'key.pem' }, ['app', '--key-file', 'key.pem']],
  ])('of %j contains %j', (given, words) => {
    const names = Object.keys(given).includes('keyFile') ? ['keyFile' as const] : [];
    const known: Partial<Answers> = { directory: 'app', ...given };
    const command = repeatCommand({ known, names, program });
    expect(command.slice(2)).toEqual(words);
    expect(parseArguments(words).flags.keyFile).toBe(known.keyFile);
  });

  it('gives the same answers again', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const names = options.map(({ name }) => name);
        const command = repeatCommand({ known: answers, names, program });
        expect(command.slice(0, 2)).toEqual(program);
        const { flags } = parseArguments(command.slice(2));
        const again = resolve({ flag: flags, file: {}, asked: {} }, world);
        expect(again.contradictions).toEqual([]);
        expect({ ...again.known, directory: answers.directory }).toEqual(answers);
      }),
    );
  });
});
