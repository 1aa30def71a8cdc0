import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswersFile } from '../../src/answers/answers-file.js';
import { parseArguments } from '../../src/answers/argv.js';
import { conditionText, defaultText, helpText, controlText } from '../../src/answers/help.js';
import { chosenNames, repeatCommand } from '../../src/answers/repeat.js';
import { resolve } from '../../src/answers/resolve.js';
import { answersSchema } from '../../src/answers/schema.js';
import type { Answers, World } from '../../src/core/answers.js';
import { certsControls } from '../../src/core/certs-controls.js';
import { doctorControls } from '../../src/core/doctor-controls.js';
import { controls } from '../../src/core/controls.js';
import { flagOf, options, type Option } from '../../src/core/options.js';
import { root } from '../support/cli.js';
import { answersOf, combinations, ways } from '../support/combinations.js';

const world: World = { packageManager: 'npm', mkcert: false, trusted: false };
const ajv = new Ajv2020({ strict: true, strictRequired: false });

function valuesOf(option: Option): string {
  if (option.kind === 'boolean') {
    return 'yes, no';
  }
  return option.choices?.map(({ value }) => `\`${value}\``).join(', ') ?? option.kind;
}

/** The README's table as it follows from the rows. */
function readmeTable(): string {
  const rows = options.map((option) => {
    const flag = flagOf(option.name);
    const typed =
      option.kind === 'boolean' ? `\`${flag}\`, \`--no-${flag.slice(2)}\`` : `\`${flag}\``;
    const notes = [option.summary, conditionText(option)].filter((text) => text !== '').join(', ');
    const asked = option.question === undefined ? 'no' : 'yes';
    return `| ${typed} | ${valuesOf(option)} | ${defaultText(option)} | ${asked} | ${notes} |`;
  });
  const head = [
    '| option | values | default | asked | meaning |',
    '| --- | --- | --- | --- | --- |',
  ];
  return [...head, ...rows].join('\n');
}

function controlTable(): string {
  const rows = controls.map(({ name, short, placeholder, summary }) => {
    const flag = placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;
    return `| \`${flag}\`${short === undefined ? '' : `, \`-${short}\``} | ${summary} |`;
  });
  return ['| control | meaning |', '| --- | --- |', ...rows].join('\n');
}

function commandTable(rowsOf: typeof certsControls | typeof doctorControls): string {
  const rows = rowsOf.map((row) => {
    const typed = controlText(row)
      .split(', ')
      .map((form) => `\`${form}\``);
    return `| ${typed.join(', ')} | ${row.summary} |`;
  });
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n');
}

/** Markdown tables without the padding that formatters add. */
function unpadded(markdown: string): string {
  return markdown.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}

describe('the table of options', () => {
  it('is the README’s table', () => {
    const readme = unpadded(readFileSync(join(root, 'README.md'), 'utf8'));
    expect(readme).toContain(unpadded(readmeTable()));
    expect(readme).toContain(unpadded(controlTable()));
    expect(readme).toContain(unpadded(commandTable(certsControls)));
    expect(readme).toContain(unpadded(commandTable(doctorControls)));
  });

  it('names each option once and only conditions of rows above', () => {
    const names = options.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [index, option] of options.entries()) {
      const above = names.slice(0, index);
      const needed = Object.keys(option.when ?? {});
      expect(needed.filter((name) => !above.some((each) => each === name))).toEqual([]);
    }
  });

  it('is all in the help', () => {
    const help = helpText();
    for (const option of options) {
      expect(help).toContain(flagOf(option.name));
      expect(help).toContain(option.summary);
    }
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
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

/** Answers as a person may give them, one way with ports, names and steps of all kinds. */
const anyAnswers: fc.Arbitrary<Answers> = fc
  .record({
    way: fc.constantFrom(...Object.values(ways)),
    directory: fc.constantFrom('app', 'my app', "it's", 'a"b', '$HOME/x', 'ünï', '-dash', '..'),
    language: fc.constantFrom<('ts' | 'js')[]>('ts', 'js'),
    port: fc.integer({ min: 1, max: 65_535 }),
    origins: fc.option(
      fc.webUrl().map((url) => [new URL(url).origin]),
      { nil: undefined },
    ),
    packageManager: fc.constantFrom<('npm' | 'bun')[]>('npm', 'bun'),
    redis: fc.boolean(),
    docker: fc.boolean(),
    githubActions: fc.boolean(),
    install: fc.boolean(),
    git: fc.boolean(),
  })
  .map(({ way, origins, ...rest }) =>
    answersOf({ ...way, ...rest, ...(origins === undefined ? {} : { origins }) }),
  );

describe('the command that repeats a run', () => {
  it.each([
    [{ directory: 'doctor' }, ['./doctor']],
    [{ directory: '-' }, ['./-']],
    [{ keyFile: '--key.pem' }, ['app', '--key-file=--key.pem']],
    [{ keyFile: 'key.pem' }, ['app', '--key-file', 'key.pem']],
  ])('of %j holds %j', (given, words) => {
    const names = Object.keys(given).includes('keyFile') ? ['keyFile' as const] : [];
    const known: Partial<Answers> = { directory: 'app', ...given };
    const command = repeatCommand({ known, names, version: '1.0.0', runner: 'npm' });
    expect(command.slice(2)).toEqual(words);
    expect(parseArguments(words).flags.keyFile).toBe(known.keyFile);
  });

  it('gives the same answers again', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const names = chosenNames(answers, world);
        const command = repeatCommand({ known: answers, names, version: '1.0.0', runner: 'npm' });
        expect(command.slice(0, 2)).toEqual(['npx', 'create-fastify-wss@1.0.0']);
        const { flags } = parseArguments(command.slice(2));
        const again = resolve({ flag: flags, file: {}, asked: {} }, world);
        expect(again.contradictions).toEqual([]);
        expect({ ...again.known, directory: answers.directory }).toEqual(answers);
      }),
    );
  });
});
