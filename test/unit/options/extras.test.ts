import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it, vi } from 'vitest';
import { parseAnswersFile } from '../../../src/options/answers-file.js';
import { options } from '../../../src/options/options.js';
import { repeatCommand } from '../../../src/options/repeat.js';
import { answersSchema } from '../../../src/options/schema.js';
import { compileFile } from '../../../src/build/templates.js';
import { helpText } from '../../../src/command/help.js';
import { parseArguments } from '../../support/arguments.js';
import { create } from '../../../src/create/command.js';
import type * as Clack from '../../../src/command/clack.js';
import { description } from '../../../src/create/plan/summary.js';
import { interview } from '../../../src/create/interview.js';
import { everyChoice, nameOf, pairsOf } from '../../support/choices.js';
import { answersOf, combinations, extraNames } from '../../support/combinations.js';
import { fileOf, rendered, templates } from '../../support/rendered.js';

// In this file only, the table of extras has one more row, which nothing else knows.
vi.mock('../../../src/options/extras.js', async (original) => {
  const module = await original<{ extras: object[] }>();
  const row = {
    name: 'liveStats',
    title: 'Live statistics',
    line: 'counts on a page',
    summary: 'add a page with counts',
    files: ['src/routes/stats.ts'],
  };
  return { ...module, extras: [...module.extras, row] };
});

/** The real prompts, on a terminal in memory. */
const { input, output } = await vi.hoisted(async () => {
  const { PassThrough } = await import('node:stream');
  return { input: new PassThrough(), output: new PassThrough({ encoding: 'utf8' }) };
});
vi.mock('../../../src/command/clack.js', async (original) => {
  const clack = await original<typeof Clack>();
  type Asked = Parameters<typeof clack.multiselect>[0];
  const multiselect = (asked: Asked) => clack.multiselect({ ...asked, input, output });
  return { ...clack, multiselect, intro: () => undefined, outro: () => undefined };
});

const program = ['npx', 'create-fastify-wss@1.0.0'];
const world = { packageManager: 'npm', mkcert: false, trusted: false } as const;
const { flags } = parseArguments(['app', '--live-stats']);
const answers = answersOf(flags);

it('is an option of the command line, the help and the command that repeats a run', () => {
  expect(flags).toEqual({ directory: 'app', liveStats: true });
  expect(parseArguments(['--no-live-stats']).flags).toEqual({ liveStats: false });
  expect(helpText(create)).toMatch(/--\[no-\]live-stats +add a page with counts\n/);
  const names = options.map(({ name }) => name);
  expect(repeatCommand({ known: answers, names, program })).toContain('--live-stats');
});

it('is a line of the question about extras', async () => {
  const given = { ...answersOf({}), liveStats: undefined };
  const asking = interview({
    layers: { flag: given, file: {}, asked: {} },
    world,
    program,
    hints: [],
    overwrite: false,
    cancel: new AbortController().signal,
  });
  await vi.waitUntil(() => output.readableLength > 0);
  expect(output.read()).toContain('Live statistics: counts on a page');
  input.write(' \r');
  expect((await asking).asked).toEqual({ liveStats: true });
});

it('is an answer in the schema and in an answers file', () => {
  const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(answersSchema());
  expect(accepts({ liveStats: true })).toBe(true);
  expect(accepts({ liveStats: 'yes' })).toBe(false);
  expect(parseAnswersFile('team.json', '{"liveStats":true}')).toEqual({ liveStats: true });
});

it('is named in the summary', () => {
  expect(description(answers)).toBe(
    'TypeScript, HTTPS with a development certificate, Live statistics',
  );
  expect(description(answersOf({ https: false, redis: true }))).toBe(
    'TypeScript, plain HTTP, Rooms, Redis',
  );
});

it('is combined with everything else in the tests', () => {
  const choices = everyChoice([22]);
  expect(choices.map(nameOf)).toContain('js caddy pnpm redis docker liveStats node22');
  expect(choices.flatMap(pairsOf)).toContain('redis true, liveStats false');
  expect(combinations.map(([name]) => name)).toEqual(
    expect.arrayContaining(['ts liveStats mkcert', `js ${extraNames.join(' ')} yarn 0.0.0.0`]),
  );
});

it.each(['ts', 'js'] as const)(
  'has its files and its lines in a project in %s',
  async (language) => {
    const route = `export const stats = (): number => 1;\n`;
    const tagged = '# {{#if liveStats}}\nwith\n# {{else}}\nwithout\n# {{/if}}\n';
    const added = [
      ...(await compileFile('src/routes/stats.ts', route)),
      ...(await compileFile('extras.yaml', tagged)),
    ];
    const from = { files: [...templates.files, ...added] };
    const [on, off] = [answersOf({ ...flags, language }), answersOf({ language })];
    expect(fileOf(rendered(on, from), `src/routes/stats.${language}`)).toContain('stats = (');
    expect(fileOf(rendered(on, from), 'extras.yaml')).toBe('with\n');
    expect(
      JSON.parse(fileOf(rendered(on, from), '.create-fastify-wss.json')).answers,
    ).toMatchObject({
      liveStats: true,
    });
    expect(rendered(off, from).map(({ path }) => path)).not.toContain(
      `src/routes/stats.${language}`,
    );
    expect(fileOf(rendered(off, from), 'extras.yaml')).toBe('without\n');
  },
);
