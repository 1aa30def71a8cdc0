import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controls } from '../../../src/create/controls.js';
import { InvalidValue } from '../../../src/core/errors.js';
import { flagOf, options, type Option } from '../../../src/options/options.js';
import { quoteCommand } from '../../../src/core/quote.js';
import { readValue } from '../../../src/options/values.js';
import { root, runProgram, type Ended } from '../../support/cli.js';
import { hasBinaries, nodeFolder } from '../../support/nodes.js';
import { initializer, publishOwn } from '../../support/own-package.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';
import { toolFolder } from '../../support/tools.js';
import type { Registry } from '../../support/verdaccio.js';

const place: { sandbox: Sandbox; registry?: Registry; runs: number } = {
  sandbox: sandbox(),
  runs: 0,
};

/** A folder for one run, in a shared sandbox: npm has downloaded the package once. */
function newFolder(): string {
  const folder = join(place.sandbox.folder, `run ${(place.runs += 1)}`);
  mkdirSync(folder);
  return folder;
}

function envOf(major: number): Environment {
  const npm = join(toolFolder(`npms/${major}`, `npm@${major}`), 'node_modules/.bin');
  const node = major > 11 ? [nodeFolder(24)] : [];
  return {
    ...place.sandbox.env,
    npm_config_registry: place.registry?.url,
    PATH: [npm, ...node, process.env['PATH']].join(delimiter),
  };
}

interface Call {
  major: number;
  cwd: string;
  before?: string[];
}

function create(args: string[], { major, cwd, before = [] }: Call): Promise<Ended> {
  const command = ['npm', 'create', ...before, initializer, ...args];
  return runProgram(command, { cwd, env: envOf(major) });
}

beforeAll(async () => {
  place.registry = (await publishOwn(place.sandbox)).registry;
  for (const major of [10, 11]) {
    // oxlint-disable-next-line no-await-in-loop -- the first run fetches what the others find
    await create(['--', '--version'], { major, cwd: newFolder() });
  }
});
afterAll(async () => {
  await place.registry?.stop();
  await place.sandbox.remove();
});

const samples = ['4000', 'chat.example.com', 'https://chat.example.com'];

function isTaken(option: Option, sample: string): boolean {
  try {
    return readValue(option, sample) !== undefined;
  } catch (error) {
    if (error instanceof InvalidValue) {
      return false;
    }
    throw error;
  }
}

function valueFor(option: Option): string {
  if (option.kind === 'path') {
    return 'my file.pem';
  }
  const values = option.choices?.map(({ value }) => value) ?? samples;
  return values.findLast((value) => isTaken(option, value)) ?? 'VALUE';
}

/** Each option and each control as a user types it, in every form. */
const typed: string[][] = [
  ...options
    .filter(({ kind }) => kind !== 'directory')
    .flatMap((option) => {
      const flag = flagOf(option.name);
      const value = valueFor(option);
      return option.kind === 'boolean'
        ? [[flag], [`--no-${flag.slice(2)}`]]
        : [[flag, value], [`${flag}=${value}`]];
    }),
  ...controls.map(({ name, placeholder }) =>
    placeholder === undefined ? [flagOf(name)] : [flagOf(name), 'my team.json'],
  ),
  ...controls.flatMap(({ short }) => (short === undefined ? [] : [[`-${short}`]])),
];

/** The result of a flag without `--`. */
function outcomeOf({ code, stdout, stderr }: Ended): string {
  if (code === 2 && stderr.includes('  Put -- before the flags: ')) {
    return 'corrected';
  }
  if (stderr.includes('npm has --dry-run set, so this is a dry run, too.')) {
    return 'applied';
  }
  const ours = stdout.includes('this was a dry run.') || stderr.includes(' are missing.');
  return ours ? 'kept' : 'handled by npm';
}

/** The README says what happens to some flags; the general rule covers the others. */
function documented(flag: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const sentences: [string, RegExp][] = [
    ['applied', /(`[^.]*) is still applied/],
    ['kept', /npm keeps (`.*?), and handles/],
    ['handled by npm', /and handles (`.*?) itself/],
  ];
  const said = sentences.find(([, pattern]) => pattern.exec(readme)?.[1]?.includes(`\`${flag}\``));
  return said?.[0] ?? 'corrected';
}

function correctedCommand(stderr: string): string {
  const [, command = ''] = /^ {2}Put -- before the flags: (.*)$/m.exec(stderr) ?? [];
  return command;
}

const enough = ['--yes', '--dry-run'];

describe.each([10, 11])('a flag typed without -- after npm %i', (major) => {
  it.concurrent.each(sampleOf(typed, 20).map((words) => [words]))(
    '%j: what the README says',
    async (words) => {
      const apart = words.flatMap((word) => word.split('='));
      const flag = words[0] ?? '';
      const cwd = newFolder();
      const behind = enough.filter((each) => each !== flag && !(flag === '-y' && each === '--yes'));
      const rest = flag === '--dry-run' ? [...behind, '--no-install', '--no-git'] : behind;
      const ended = await create(['app', ...words, '--', ...rest], { major, cwd });
      expect(readdirSync(cwd)).toEqual([]);
      const meant = quoteCommand(['npm', 'create', initializer, 'app', '--', ...apart, ...rest]);
      const outcome = documented(flag);
      expect({ outcome: outcomeOf(ended), command: correctedCommand(ended.stderr) }).toEqual({
        outcome,
        command: outcome === 'corrected' ? meant : '',
      });
    },
  );
});

const quick = ['--yes', '--no-https', '--no-install', '--no-git'];

describe.each([10, 11])('the command that users of npm %i are given', (major) => {
  it.each([
    [['app', '--port', '4000', '--language', 'js'], { port: 4000, language: 'js' }],
    [['--language=js', '--port=4000', 'my app'], { port: 4000, language: 'js' }],
    [['app', '--packageManager', 'bun', '--redis'], { packageManager: 'bun', redis: true }],
    [['app', '--answers', 'my team.json', '--no-redis'], { port: 5000, redis: false }],
  ])('does what %j was meant to do', async (args, answers) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'my team.json'), '{"port":5000,"redis":true}');
    const refused = await create([...args, '--', ...quick], { major, cwd });
    expect(refused.code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['my team.json']);
    const command = ['sh', '-c', correctedCommand(refused.stderr)];
    const { code, stderr } = await runProgram(command, { cwd, env: envOf(major) });
    expect(code, stderr).toBe(0);
    const folder = args.includes('my app') ? 'my app' : 'app';
    const record = readFileSync(join(cwd, folder, '.create-fastify-wss.json'), 'utf8');
    expect(JSON.parse(record).answers).toMatchObject(answers);
  });
});

describe.runIf(hasBinaries)('npm 12', () => {
  it('rejects unknown flags by itself', async () => {
    const cwd = newFolder();
    const { code, stderr } = await create(['app', '--redis', '--', ...quick], { major: 12, cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('--redis');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('runs the program if -- comes before the flags', async () => {
    const cwd = newFolder();
    const { code, stderr } = await create(['app', '--', ...quick], { major: 12, cwd });
    expect(code, stderr).toBe(0);
    expect(readdirSync(cwd)).toEqual(['app']);
  });
});

describe.each([10, 11])('a valid setting of npm %i', (major) => {
  const made = async (cwd: string, before: string[] = []): Promise<Ended> => {
    const ended = await create(['app', '--', ...quick], { major, cwd, before });
    expect(ended.code, ended.stderr).toBe(0);
    return ended;
  };

  it.each([
    'yes=true',
    'json=true',
    'git=/usr/bin/git',
    'https-proxy=http://127.0.0.1:9\nnoproxy=127.0.0.1',
    'loglevel=verbose',
  ])('%s works without a message about npm', async (setting) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, '.npmrc'), `${setting}\n`);
    writeFileSync(join(cwd, 'package.json'), '{}');
    await made(cwd);
    expect(existsSync(join(cwd, 'app/package.json'))).toBe(true);
  });

  it('npm create -y also works', async () => {
    const cwd = newFolder();
    await made(cwd, ['-y']);
    expect(existsSync(join(cwd, 'app/package.json'))).toBe(true);
  });

  it('dry-run=true writes nothing, and the output says so', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, '.npmrc'), 'dry-run=true\n');
    writeFileSync(join(cwd, 'package.json'), '{}');
    expect((await made(cwd)).stderr).toContain('npm has --dry-run set, so this is a dry run, too.');
    expect(existsSync(join(cwd, 'app'))).toBe(false);
  });

  it('yes=true causes a hint if answers are missing', async () => {
    const { code, stderr } = await create(['app', '--yes'], { major, cwd: newFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('npm has --yes set.');
  });
});
