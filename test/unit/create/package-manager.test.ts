import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkManager } from '../../../src/create/plan/package-manager.js';
import { cli, type Ended } from '../../support/cli.js';
import { sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const programs = (): string => join(place.sandbox.home, 'bin');

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
  mkdirSync(programs());
  symlinkSync(process.execPath, join(programs(), 'node'));
});
afterEach(() => place.sandbox.remove());

/** A package as npm installs it: a manifest, and a program with a link on PATH. */
function installed(owner: string, version: string, program: string): void {
  const folder = join(place.sandbox.home, 'lib', owner);
  const file = join(folder, 'bin', `${program}.cjs`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: owner, version }));
  writeFileSync(file, '#!/bin/sh\ntouch "$HOME/started"\n');
  chmodSync(file, 0o755);
  symlinkSync(file, join(programs(), program));
}

function run(args: string[], extra: Environment = {}): Promise<Ended> {
  const env = { ...place.sandbox.env, PATH: programs(), ...extra };
  return cli(['app', '--no-https', '--no-git', ...args], { cwd: at(), env });
}

const agent = (version: string): Environment => ({
  npm_config_user_agent: `pnpm/${version} npm/? node/v20.19.0 linux x64`,
});

describe('a package manager that is missing', () => {
  it.each([
    ['npm', 'Install it with Node.js, from https://nodejs.org.'],
    ['pnpm', 'Run: npm install --global pnpm@12'],
    ['yarn', 'Run: npm install --global --force @yarnpkg/cli-dist@4'],
    ['bun', 'Run: npm install --global bun@1'],
  ])('%s is reported before any question or file, with exit code 2', async (name, fix) => {
    const { code, stderr } = await run(['--package-manager', name]);
    expect(code).toBe(2);
    expect(stderr).toContain(`✗ ${name} is not installed.\n  ${fix}`);
    expect(stderr).toContain(
      'choose another --package-manager, or pass --no-install to install later.',
    );
    expect(readdirSync(at())).toEqual([]);
  });

  it('has its own code for programs', async () => {
    const { stdout } = await run(['--yes', '--json']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'missing-program', stage: 'answers' });
  });

  it('is a warning if nothing is to be installed', async () => {
    const { code, stderr } = await run(['--yes', '--no-install', '--package-manager', 'pnpm']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '! pnpm is not installed.' });
    expect(readdirSync(at())).toEqual(['app']);
  });

  it('is also recognized from the answers file', async () => {
    writeFileSync(at('team.json'), '{"packageManager":"bun"}');
    expect((await run(['--answers', 'team.json'])).stderr).toContain('bun is not installed.');
  });
});

describe('a package manager that is too old', () => {
  it('is reported with the required version and the command that upgrades it', async () => {
    installed('pnpm', '9.15.9', 'pnpm');
    const { code, stderr } = await run(['--yes', '--package-manager', 'pnpm']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `✗ pnpm 9.15.9 cannot install the project on Node.js ${process.versions.node}`,
    );
    expect(stderr).toMatch(
      /it needs pnpm \d+\.\d+ or newer\.\n {2}Run: npm install --global pnpm@12/,
    );
    expect(readdirSync(at())).toEqual([]);
    expect(readdirSync(place.sandbox.home)).not.toContain('started');
  });

  it.each([
    ['pnpm', 'pnpm', '9.15.9'],
    ['yarn', '@yarnpkg/cli-dist', '3.8.7'],
  ])('%s is recognized beside the global packages, as on Windows', async (name, owner, version) => {
    const folder = join(programs(), 'node_modules', owner);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: owner, version }));
    // A manifest above the program, which belongs to something else.
    writeFileSync(join(programs(), 'package.json'), '{"name":"other","version":"99.0.0"}');
    writeFileSync(join(programs(), name), '#!/bin/sh\n', { mode: 0o755 });
    const { code, stderr } = await run(['--yes', '--dry-run', '--package-manager', name]);
    expect(code).toBe(2);
    expect(stderr).toContain(`✗ ${name} ${version} cannot install the project`);
  });

  it('reports its version when it runs the program', async () => {
    installed('pnpm', '12.0.0', 'pnpm');
    expect((await run(['--yes'], agent('9.15.9'))).stderr).toContain('pnpm 9.15.9 cannot install');
    expect((await run(['--yes', '--dry-run'], agent('10.30.0'))).code).toBe(0);
  });

  it('is a warning if nothing is to be installed', async () => {
    installed('pnpm', '9.15.9', 'pnpm');
    const { code, stderr } = await run(['--yes', '--no-install', '--package-manager', 'pnpm']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^! pnpm 9\.15\.9 cannot install .*$/);
  });

  it('is not reported if its version is unknown', async () => {
    installed('corepack', '0.1.0', 'pnpm');
    expect((await run(['--yes', '--dry-run', '--package-manager', 'pnpm'])).code).toBe(0);
  });
});

describe('a version', () => {
  it.each([
    ['yarn', '1.22.22', '20.19.0', undefined],
    ['yarn', '3.8.7', '24.0.0', '4'],
    ['yarn', '4.0.2', '20.19.0', undefined],
    ['pnpm', '10.4.1', '24.0.0', '10.5'],
    ['pnpm', '10.5.2', '20.19.0', undefined],
    ['pnpm', '11.28.11', '20.20.2', '12'],
    ['pnpm', '11.28.11', '22.13.0', undefined],
    ['npm', '9.9.4', '20.19.0', undefined],
    ['bun', '1.0.36', '20.19.0', undefined],
  ] as const)('%s %s on Node.js %s needs %s', (packageManager, version, node, needed) => {
    const warnings = checkManager({ packageManager, found: { version }, node }, false);
    const cannot = `${packageManager} ${version} cannot install the project on Node.js ${node}`;
    const upgrade = `${cannot}: it needs ${packageManager} ${needed} or newer.`;
    expect(warnings).toEqual(needed === undefined ? [] : [upgrade]);
  });
});
