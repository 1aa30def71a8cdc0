import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, runProgram, type Ended } from '../../support/cli.js';
import { own, publishOwn } from '../../support/own-package.js';
import { identity, sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';
import { toolFolder } from '../../support/tools.js';
import type { Registry } from '../../support/verdaccio.js';

const place: { sandbox: Sandbox; registry?: Registry; runs: number } = {
  sandbox: sandbox(),
  runs: 0,
};

beforeAll(async () => {
  place.registry = (await publishOwn(place.sandbox)).registry;
});
afterAll(async () => {
  await place.registry?.stop();
  await place.sandbox.remove();
});

interface Tool {
  name: string;
  wanted: string;
  /** Makes it use the test registry, and store nothing outside the sandbox. */
  settings: (registry: string, home: string) => Environment;
}

/** By default, these package managers do not install a version that is one minute old. */
const pnpm: Tool['settings'] = (registry) => ({
  pnpm_config_registry: registry,
  pnpm_config_minimum_release_age: '0',
});

const tools: Record<string, Tool> = {
  'pnpm 10': { name: 'pnpm', wanted: 'pnpm@10', settings: pnpm },
  'pnpm 12': { name: 'pnpm', wanted: 'pnpm@12', settings: pnpm },
  'Yarn 1': {
    name: 'yarn',
    wanted: 'yarn@1',
    settings: (registry, home) => ({
      YARN_REGISTRY: registry,
      YARN_PREFIX: join(home, 'prefix'),
      YARN_GLOBAL_FOLDER: join(home, 'yarn-global'),
      YARN_CACHE_FOLDER: join(home, 'yarn-cache'),
    }),
  },
  'Yarn 4': {
    name: 'yarn',
    wanted: '@yarnpkg/cli-dist@4',
    settings: (registry) => ({
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NPM_MINIMAL_AGE_GATE: '0',
      YARN_ENABLE_TELEMETRY: '0',
    }),
  },
  Bun: {
    name: 'bun',
    wanted: 'bun@1',
    settings: (registry, home) => ({
      BUN_CONFIG_REGISTRY: registry,
      BUN_INSTALL_CACHE_DIR: join(home, 'bun-cache'),
    }),
  },
};

function envOf({ wanted, settings }: Tool): Environment {
  const folder = toolFolder(`managers/${wanted.replaceAll(/[/@]/g, '-')}`, wanted);
  const url = place.registry?.url ?? '';
  const programs = join(folder, 'node_modules/.bin');
  return {
    ...place.sandbox.env,
    npm_config_registry: url,
    ...settings(url, place.sandbox.home),
    PATH: [programs, process.env['PATH']].join(delimiter),
  };
}

function newFolder(): string {
  const folder = join(place.sandbox.folder, `run ${(place.runs += 1)}`);
  mkdirSync(folder);
  return folder;
}

function recordIn(cwd: string): unknown {
  return JSON.parse(readFileSync(join(cwd, 'app/.create-fastify-wss.json'), 'utf8'));
}

const flags = ['--yes', '--redis', '--language', 'js', '--no-https', '--no-install', '--no-git'];

describe.each(Object.keys(tools))('create with %s', (label) => {
  const tool = (): Tool => tools[label] ?? { name: '', wanted: '', settings: () => ({}) };
  const create = (cwd: string, args: string[]): Promise<Ended> =>
    runProgram([tool().name, 'create', 'fastify-wss', ...args], { cwd, env: envOf(tool()) });

  it.each([
    ['without --', ['app', ...flags]],
    ['after --', ['app', '--', ...flags]],
    ['before the directory, after --', ['--', ...flags, 'app']],
  ])("accepts flags %s, and the package's own name", async (_how, args) => {
    const cwd = newFolder();
    const { code, stdout, stderr } = await create(cwd, args);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(readdirSync(cwd)).toEqual(['app']);
    expect(recordIn(cwd)).toMatchObject({
      answers: { redis: true, language: 'js', packageManager: tool().name },
    });
  });

  it('prints the complete command if answers are missing', async () => {
    const [cwd, other] = [newFolder(), newFolder()];
    await create(cwd, ['app', ...flags]);
    const given = flags.filter((flag) => flag !== '--yes');
    const { stdout, stderr } = await create(other, ['app', ...given]);
    const [, command = ''] = /\n +Run: (.*)/.exec(`${stdout}\n${stderr}`) ?? [];
    expect(command).toContain(`${own}@`);
    const env = envOf(tool());
    const again = await runProgram(['sh', '-c', command], { cwd: other, env });
    expect(again.code, again.stderr).toBe(0);
    expect(recordIn(other)).toEqual(recordIn(cwd));
  });

  it('issues a certificate with the corresponding command', async () => {
    const cwd = newFolder();
    const { code, stdout, stderr } = await create(cwd, ['certs', 'app.test', '--days', '30']);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(readdirSync(cwd)).toEqual(['certs']);
    expect(stdout).toContain('certs/cert.pem is valid for app.test until ');
  });

  it('does a dry run if requested', async () => {
    const cwd = newFolder();
    const { code, stdout } = await create(cwd, ['app', '--dry-run', ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain('this was a dry run.');
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('a real pnpm 9', () => {
  it('is reported as too old before anything is written', async () => {
    const cwd = newFolder();
    const env = envOf({ name: 'pnpm', wanted: 'pnpm@9', settings: pnpm });
    const args = ['create', 'fastify-wss', 'app', '--yes', '--no-https'];
    const { code, stderr } = await runProgram(['pnpm', ...args], { cwd, env });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/pnpm 9\.\S+ cannot install the project on Node\.js/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('a real Yarn 4', () => {
  it('installs a TypeScript project that passes its own checks, and does not commit its own files', async () => {
    const cwd = newFolder();
    const tool = tools['Yarn 4'];
    const env = { ...(tool && envOf(tool)), ...identity };
    const flagsOfProject = ['--yes', '--no-https', '--verify', '--package-manager', 'yarn'];
    const made = await cli(['app', ...flagsOfProject], { cwd, env });
    expect(made.code, made.stdout + made.stderr).toBe(0);
    expect(made.stdout).toContain('an echo, 403 for a foreign origin');
    const project = { cwd: join(cwd, 'app'), env };
    for (const script of ['check', 'lint', 'build']) {
      const { code, stdout } = await runProgram(['yarn', 'run', script], project);
      expect(code, `${script}: ${stdout}`).toBe(0);
    }
    const tracked = await runProgram(['git', 'ls-files', '.yarn*', 'yarn.lock'], project);
    expect(tracked.stdout).toBe('.yarnrc.yml\nyarn.lock');
  });
});
