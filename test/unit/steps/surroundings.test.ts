import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryVariables } from '../../../src/io/child-environment.js';
import { findProgram } from '../../../src/io/programs.js';
import { cli, type Ended } from '../../support/cli.js';
import { fakeInstall } from '../../support/fake-npm.js';
import { describeWith } from '../../support/needs.js';
import { identity, sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const programs = (): string => join(place.sandbox.home, 'bin');

function script(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

function fake(name: string, text: string): void {
  script(programs(), name, text);
}

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
  mkdirSync(programs());
  for (const name of ['git', 'sh', 'mkdir', 'touch']) {
    symlinkSync(findProgram(name) ?? '', join(programs(), name));
  }
  symlinkSync(process.execPath, join(programs(), 'node'));
  fake('npm', fakeInstall);
});
afterEach(() => place.sandbox.remove());

function run(args: string[], extra: Environment = {}, name = 'app'): Promise<Ended> {
  const env = { ...place.sandbox.env, ...identity, PATH: programs(), ...extra };
  return cli([name, '--yes', ...args], { cwd: at(), env });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: at(), env: place.sandbox.env, encoding: 'utf8' });
}

/** What can be left out of an install by the environment, and still with exit code 0. */
const omitting: Environment[] = [
  { NODE_ENV: 'production' },
  { npm_config_omit: 'dev' },
  { NPM_CONFIG_PRODUCTION: 'true' },
  { npm_config_only: 'prod', npm_config_optional: 'false' },
];

describe('an install', () => {
  it.each(omitting)('does not get %o', async (omitted) => {
    fake('npm', `export -p > "$HOME/seen"\n${fakeInstall}`);
    const { code } = await run(['--no-git', '--no-https'], omitted);
    expect(code).toBe(0);
    const seen = readFileSync(join(place.sandbox.home, 'seen'), 'utf8');
    const names = [...seen.matchAll(/^export (\w+)/gm)].map(([, name]) => name);
    expect(names.filter((name) => Object.hasOwn(omitted, name ?? ''))).toEqual([]);
  });

  it.each(omitting)('that is left to the user is typed without %o', async (omitted) => {
    const { stdout } = await run(['--no-git', '--no-https', '--no-install'], omitted);
    const [command = ''] = stdout.match(/env -u .* npm install/) ?? [];
    const check = `export -p > "$HOME/seen"\n${fakeInstall}`;
    fake('npm', check);
    fake('env', `exec ${findProgram('env')} "$@"`);
    const env = { ...place.sandbox.env, ...omitted, PATH: programs() };
    execFileSync('sh', ['-c', command], { cwd: at('app'), env });
    const seen = readFileSync(join(place.sandbox.home, 'seen'), 'utf8');
    expect(Object.keys(omitted).filter((name) => seen.includes(`export ${name}=`))).toEqual([]);
  });

  it.each([
    ['nothing', 'exit 0', /did not install @fastify\/autoload, .*tsx, typescript/],
    [
      'only its own files',
      'mkdir -p node_modules; touch node_modules/.package-lock.json',
      /did not install @fastify/,
    ],
    [
      'no programs',
      `${fakeInstall}; node -e "fs.rmSync('node_modules/.bin', {recursive: true})"`,
      /did not install .*tsx/,
    ],
  ])('that reports success and made %s has failed', async (_made, text, reason) => {
    fake('npm', `[ "$1" = install ] || exit 0\n${text}`);
    const { code, stdout, stderr } = await run(['--no-git', '--no-https']);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stdout).toContain('Next\n  cd app\n  npm install\n  npm run dev');
  });

  it('is done again if packages are missing later', async () => {
    await run(['--no-git', '--no-https']);
    execFileSync('rm', ['-r', at('app/node_modules/tsx')]);
    expect((await run(['--no-git', '--no-https'])).stdout).toContain('✓ Dependencies installed');
    expect((await run(['--no-git', '--no-https'])).stdout).toBe('Nothing to do.');
  });

  it('that cannot be judged has failed, with a whole summary and document', async () => {
    fake('npm', `${fakeInstall}; echo broken > node_modules/tsx/package.json`);
    const { code, stdout, stderr } = await run(['--no-https']);
    expect(code).toBe(1);
    expect(stderr).toContain('Installing the dependencies with npm failed.');
    expect(stdout).toContain('✓ First commit created');
    expect(stdout).toContain('Next\n  cd app\n  npm install\n');
    const again = await run(['--no-https', '--json', '--overwrite'], {}, 'other');
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: false,
      error: { code: 'step-failed', stage: 'steps' },
      steps: [{ status: 'failed' }, { status: 'done' }, { status: 'done' }, { status: 'done' }],
    });
  });

  it('that fails is told without colours and rewritten lines', async () => {
    fake('npm', `printf '\\033[31mred\\033[39m\\n1%%\\r100%%\\n\\033]0;title\\007\\n'; exit 1`);
    const { stderr } = await run(['--no-git', '--no-https']);
    expect(stderr).toContain('failed.\n  red\n  100%');
    // oxlint-disable-next-line no-control-regex -- none must be there
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  });
});

describeWith(['git'], 'what git prints to stderr', () => {
  const noisy: [string, Environment, string?][] = [
    ['a trace', { GIT_TRACE: '1' }],
    ['the complaint of a loader', { LD_PRELOAD: '/nonexistent/lib.so' }],
    ['a warning', {}, 'echo "warning: odd" >&2; exec GIT "$@"'],
    ['a late warning', {}, 'GIT "$@"; code=$?; echo "warning: odd" >&2; exit $code'],
  ];

  it.each(noisy)('is no value: %s', async (_what, env, wrapper) => {
    if (wrapper !== undefined) {
      execFileSync('rm', [join(programs(), 'git')]);
      fake('git', wrapper.replace('GIT', findProgram('git') ?? ''));
    }
    const { code, stdout } = await run(['--no-https', '--no-install', '--json'], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      steps: [{ status: 'done' }, { status: 'done' }, { status: 'done' }],
    });
    expect(git('-C', 'app', 'log', '--format=%s')).toBe('Initial commit\n');
    const again = await run(['--no-https', '--no-install'], env);
    expect(again.stdout).toBe('Nothing to do.');
  });
});

describeWith(['git'], 'variables of another repository', () => {
  const parts: Record<string, string> = {
    GIT_DIR: '.git',
    GIT_COMMON_DIR: '.git',
    GIT_OBJECT_DIRECTORY: '.git/objects',
    GIT_INDEX_FILE: '.git/index',
    GIT_QUARANTINE_PATH: '.git/objects',
    GIT_WORK_TREE: '.',
  };
  const each = Object.keys(parts).map((name): [string, string[]] => [name, [name]]);

  it.each([...each, ['all of them', repositoryVariables]])(
    'do not lead there: %s',
    async (_names, names) => {
      git('init', '--quiet', 'other');
      const before = git('-C', 'other', 'count-objects');
      const paths = names.map((name) => [name, at('other', parts[name] ?? 'nowhere')]);
      const { code } = await run(['--no-https', '--no-install'], Object.fromEntries(paths));
      expect(code).toBe(0);
      expect(git('-C', 'app', 'log', '--format=%s')).toBe('Initial commit\n');
      expect(git('-C', 'app', 'status', '--porcelain')).toBe('');
      expect(git('-C', 'app', 'fsck')).toBe('');
      expect(git('-C', 'other', 'count-objects')).toBe(before);
    },
  );
});

describeWith(['git'], 'programs of the current folder', () => {
  const names = ['git', 'npm', 'mkcert', 'certutil', 'env'];
  const ways: [string, string, (own: string) => string][] = [
    ['an empty entry of PATH', '.', (own) => `:${own}`],
    ['an empty entry at its end', '.', (own) => `${own}:`],
    ['a dot', '.', (own) => `.:${own}`],
    ['a relative entry', 'bin', (own) => `bin:${own}`],
    ['packages', 'node_modules/.bin', (own) => `${at('node_modules/.bin')}:${own}`],
    [
      'packages of a folder above',
      '../node_modules/.bin',
      (own) => `${at('../node_modules/.bin')}:${own}`,
    ],
  ];

  it.each(ways)('are not started by %s', async (_way, folder, path) => {
    names.forEach((name) => script(at(folder), name, `touch "$HOME/ran-${name}"; exit 1`));
    const { code } = await run(['--no-install'], { PATH: path(programs()) }, '../app');
    expect(code).toBe(0);
    const certs = { cwd: at(), env: { ...place.sandbox.env, PATH: path(programs()) } };
    expect((await cli(['certs', '--yes'], certs)).code).toBe(0);
    const ran = names.filter((name) => existsSync(join(place.sandbox.home, `ran-${name}`)));
    expect(ran).toEqual([]);
  });
});

describe('a registry', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  async function listening(): Promise<number> {
    const server = createServer();
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  async function closedPort(): Promise<number> {
    const port = await listening();
    const [server] = servers.splice(0);
    server?.close();
    return port;
  }

  /** An npm with this registry, which prints how often it would try again. */
  function npmWith(registry: string): void {
    const retries = 'echo "retries ${npm_config_fetch_retries:-unset}" > "$HOME/retries"';
    fake(
      'npm',
      `[ "$1" = config ] && echo "registry=${registry}" && exit\n${retries}\neval "$INSTALL"`,
    );
  }

  const retries = (): string => readFileSync(join(place.sandbox.home, 'retries'), 'utf8').trim();

  it('that refuses connections is told, and not tried again', async () => {
    const registry = `http://127.0.0.1:${await closedPort()}`;
    npmWith(`${registry}/some/path/`);
    const { code, stderr } = await run(['--no-git', '--no-https'], { INSTALL: 'exit 1' });
    expect(code).toBe(1);
    const told = `The registry ${registry} does not answer (ECONNREFUSED).`;
    expect(stderr.split(told)).toHaveLength(3);
    expect(retries()).toBe('retries 0');
  });

  it('without a name is told, also in JSON', async () => {
    npmWith('http://registry.invalid/');
    const { stdout } = await run(['--no-git', '--no-https', '--json'], { INSTALL: 'exit 1' });
    const [step] = JSON.parse(stdout).steps;
    expect(step.advice).toMatch(
      /http:\/\/registry\.invalid does not answer \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  it('is not needed if a cache has all packages', async () => {
    npmWith(`http://127.0.0.1:${await closedPort()}/`);
    const { code, stdout } = await run(['--no-git', '--no-https'], { INSTALL: fakeInstall });
    expect(code).toBe(0);
    expect(stdout).toContain('✓ Dependencies installed with npm');
  });

  it('that answers anything is there', async () => {
    const port = await listening();
    servers[0]?.on('connection', (socket) => socket.end('HTTP/1.1 401 No\r\n\r\n'));
    npmWith(`http://127.0.0.1:${port}/`);
    const { code, stderr } = await run(['--no-git', '--no-https'], { INSTALL: fakeInstall });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(retries()).toBe('retries unset');
  });

  it.each(['HTTPS_PROXY', 'http_proxy'])('is asked through the proxy of %s', async (name) => {
    const port = await listening();
    servers[0]?.on('connection', (socket) => socket.end('HTTP/1.1 400 No\r\n\r\n'));
    npmWith('http://registry.invalid/');
    const proxied = { INSTALL: fakeInstall, [name]: `http://127.0.0.1:${port}` };
    expect((await run(['--no-git', '--no-https'], proxied)).stderr).toBe('');
  });
});
