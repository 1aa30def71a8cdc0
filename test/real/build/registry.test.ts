import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { root, runProgram, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { initializer, own, pack, publishOwn, type Packed } from '../../support/own-package.js';
import { identity, sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';
import type { Registry } from '../../support/verdaccio.js';

/** Bytes. It is 534 kB; the templates are a third, and the parser of overlays' templates 21 kB. */
const largest = 560_000;

const open: Sandbox[] = [];
const place: { registry?: Registry; packed?: Packed; sandbox: Sandbox } = { sandbox: sandbox() };
open.push(place.sandbox);
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);

/** Each test has its own home and npm cache, so npm downloads everything again. */
function enterSandbox(): Sandbox {
  place.sandbox = sandbox();
  open.push(place.sandbox);
  return place.sandbox;
}

function registry(): Registry {
  if (place.registry === undefined) {
    throw new Error('The registry does not run.');
  }
  return place.registry;
}

/** Runs npm as a user of the test registry, without questions, as in CI. */
function npm(args: string[], env: Environment = {}): Promise<Ended> {
  return runProgram(['npm', ...args], {
    cwd: at(),
    env: {
      ...place.sandbox.env,
      npm_config_registry: registry().url,
      npm_config_yes: 'true',
      ...env,
    },
  });
}

const pathsOf = ({ files }: Packed): string[] => files.map(({ path }) => path).toSorted();

function expectedPaths(): string[] {
  const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
  const inDist = built.map((path) => `dist/${path}`);
  return ['LICENSE', 'README.md', 'package.json', ...inDist].toSorted();
}

beforeAll(async () => {
  const { registry: started, packed } = await publishOwn(place.sandbox);
  place.registry = started;
  place.packed = packed;
});
beforeEach(enterSandbox);
afterAll(async () => {
  await place.registry?.stop();
  await Promise.all(open.map(({ remove }) => remove()));
});

describe('the published package', () => {
  it('contains its licence, README, manifest and dist, and nothing else', () => {
    expect(expectedPaths()).toContain('dist/THIRD-PARTY-NOTICES.txt');
    expect(place.packed && pathsOf(place.packed)).toEqual(expectedPaths());
  });

  it('is small and has no dependencies', async () => {
    expect(place.packed?.size).toBeLessThan(largest);
    const { stdout } = await npm(['view', `${own}@latest`, '--json']);
    const fields = Object.keys(JSON.parse(stdout));
    expect(fields).toContain('bin');
    expect(fields.filter((field) => /^(.+D|d)ependencies$|^bundle/.test(field))).toEqual([
      'devDependencies',
    ]);
  });

  it('does not include other files beside dist', async () => {
    const copy = at('copy');
    const parts = ['package.json', 'README.md', 'LICENSE', 'dist'];
    for (const part of parts.filter((name) => existsSync(join(root, name)))) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    const clean = pathsOf(await pack(copy, place.sandbox));
    for (const folder of ['.', 'templates', 'templates/certs', 'test', 'src']) {
      mkdirSync(join(copy, folder), { recursive: true });
      for (const stray of ['.env', 'key.pem', 'notes.md']) {
        writeFileSync(join(copy, folder, stray), 'secret');
      }
    }
    expect(clean).toContain('dist/cli.js');
    expect(pathsOf(await pack(copy, place.sandbox))).toEqual(clean);
  });
});

describe('npm create from a registry', () => {
  it('creates a project, and only downloads this one package', async () => {
    const before = (await registry().requests()).length;
    const flags = ['--yes', '--no-install', '--no-git', '--no-https'];
    const { code, stdout } = await npm(['create', initializer, 'my-service', '--', ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain('cd my-service\n  npm install\n  npm run dev');
    expect(readdirSync(at())).toEqual(['my-service']);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const requests = (await registry().requests()).slice(before);
    const tarball = `GET /${own}/-/${own}-${version}.tgz`;
    // npm may ask for the metadata more than once.
    expect([...new Set(requests)]).toEqual([`GET /${own}`, tarball]);
    expect(requests.filter((request) => request === tarball)).toHaveLength(1);
  });

  it('issues a certificate, and prints the corrected command if -- is missing', async () => {
    const lost = await npm(['create', initializer, 'certs', 'app.test', '--days', '30']);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain(`npm create ${initializer} certs app.test -- --days 30`);
    expect(readdirSync(at())).toEqual([]);
    const ended = await npm(['create', initializer, 'certs', 'app.test', '--', '--days', '30']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('certs/cert.pem is valid for app.test until ');
    expect(readdirSync(at('certs')).toSorted()).toEqual(['.gitignore', 'cert.pem', 'key.pem']);
  });

  it('prints the corrected command if -- is missing, and writes nothing', async () => {
    const flags = ['--cert-source', 'proxy', '--yes'];
    const { code, stderr } = await npm(['create', initializer, 'my-service', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(`npm create ${initializer} my-service -- --cert-source proxy`);
    expect(readdirSync(at())).toEqual([]);
  });
});

describeWith(['git', 'mkcert'], 'npm create with only --yes', () => {
  it('creates an installed project with a certificate and one commit', async () => {
    const args = ['create', initializer, 'my-service', '--', '--yes'];
    const { code, stderr } = await npm(args, identity);
    expect(code, stderr).toBe(0);
    expect(existsSync(at('my-service/node_modules/fastify/package.json'))).toBe(true);
    expect(existsSync(at('my-service/certs/cert.pem'))).toBe(true);
    const git = (...words: string[]): Promise<Ended> =>
      runProgram(['git', ...words], { cwd: at('my-service'), env: place.sandbox.env });
    expect((await git('log', '--format=%s')).stdout).toBe('Initial commit');
    expect((await git('status', '--porcelain')).stdout).toBe('');
  });
});
