import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordPath } from '../../../src/core/paths.js';
import { cli, runProgram, type Ended } from '../../support/cli.js';
import { nextVersion } from '../../support/next-version.js';
import { publishOwn } from '../../support/own-package.js';
import { sandbox } from '../../support/sandbox.js';
import {
  commit,
  git,
  trackedFiles,
  updateToNext,
  versions,
  write,
} from '../../support/updating.js';
import type { Registry } from '../../support/verdaccio.js';

const place = sandbox();
const at = (...parts: string[]): string => join(place.folder, ...parts);
const quiet = ['--yes', '--no-https', '--no-install', '--no-git'];
const shared: { registry?: Registry } = {};

function run(cwd: string, ...args: string[]): Promise<Ended> {
  const env = { ...place.env, npm_config_registry: shared.registry?.url };
  return cli(args, { cwd, env });
}

/** Creates a project and commits it. @returns its folder */
async function projectWith(name: string, ...flags: string[]): Promise<string> {
  const { code, stderr } = await run(at(), name, ...quiet, ...flags);
  expect([code, stderr]).toEqual([0, '']);
  git(place, at(name), 'init', '--quiet', '--initial-branch=main');
  commit(place, at(name));
  return at(name);
}

async function update(project: string, ...args: string[]): Promise<Ended> {
  const ended = await run(project, 'update', ...args);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  commit(place, project);
  return ended;
}

function overlayIn(project: string): unknown {
  return JSON.parse(readFileSync(join(project, recordPath), 'utf8')).answers.overlay;
}

/** What an overlay has in its first and in its second version. */
const versionsOfOverlay = [
  {
    'overlay.json': '{ "removes": ["src/routes/health.ts"] }',
    'files/TEAM.md': '# Team\n\nOne.\n\nTwo.\n\nThree.\n',
    'files/old.txt': 'Old.\n',
    'files/package.json': '{ "scripts": { "team": "echo 1" } }',
  },
  {
    'overlay.json': '{ "removes": [] }',
    'files/TEAM.md': '# Team\n\nOne.\n\nTwo.\n\nThree, newer.\n',
    'files/new.txt': 'New.\n',
    'files/package.json': '{ "scripts": { "team": "echo 2" } }',
  },
] as const;

/** Expects that an update brought the second version, and kept what the owner wrote. */
function expectSecond(project: string): void {
  const files = trackedFiles(place, project);
  expect(files['TEAM.md']).toBe('# Team\n\nOne, mine.\n\nTwo.\n\nThree, newer.\n');
  expect(files).not.toHaveProperty('old.txt');
  expect(files['new.txt']).toBe('New.\n');
  expect(files).toHaveProperty('src/routes/health.ts');
  expect(JSON.parse(files['package.json'] ?? '').scripts.team).toBe('echo 2');
}

function editAsOwner(project: string): void {
  const path = join(project, 'TEAM.md');
  writeFileSync(path, readFileSync(path, 'utf8').replace('One.', 'One, mine.'));
  commit(place, project);
}

describe('an overlay in a folder', () => {
  it('comes, changes and goes, and keeps the changes of the owner', async () => {
    write(at('team'), versionsOfOverlay[0]);
    git(place, at('team'), 'init', '--quiet');
    commit(place, at('team'));
    const project = await projectWith('one', '--overlay', './team');
    expect(trackedFiles(place, project)).not.toHaveProperty('src/routes/health.ts');
    editAsOwner(project);
    expect((await update(project)).stdout).toBe('Nothing to do.');

    git(place, at('team'), 'rm', '--quiet', 'files/old.txt');
    write(at('team'), versionsOfOverlay[1]);
    commit(place, at('team'));
    expect((await run(project, 'update', '--check')).code).toBe(1);
    await update(project);
    expectSecond(project);
    expect((await update(project)).stdout).toBe('Nothing to do.');
  });

  it('leaves the bytes of a project without it when it goes', async () => {
    write(at('plain'), versionsOfOverlay[0]);
    const project = await projectWith('two');
    const before = trackedFiles(place, project);
    await update(project, '--overlay', '../plain');
    expect(overlayIn(project)).toMatch(/^\.\.\/plain#/);
    expect(trackedFiles(place, project)).not.toHaveProperty('src/routes/health.ts');
    await update(project, '--no-overlay');
    expect(trackedFiles(place, project)).toEqual(before);
  });

  it('that git does not remember only brings our changes, and says so', async () => {
    write(at('loose'), versionsOfOverlay[0]);
    const project = await projectWith('three', '--overlay', './loose');
    editAsOwner(project);
    write(at('loose'), versionsOfOverlay[1]);
    const { code, stderr } = await run(project, 'update', '--port', '4000');
    expect(code).toBe(0);
    expect(stderr).toContain('its changes since are left out');
    const files = trackedFiles(place, project);
    expect(files['TEAM.md']).toContain('One, mine.');
    expect(files['.env.example']).toContain('PORT=4000');
  });

  it('may have moved: the typed folder is where its history is', async () => {
    write(at('first'), versionsOfOverlay[0]);
    const project = await projectWith('four', '--overlay', './first');
    editAsOwner(project);
    git(place, at(), 'init', '--quiet', 'moved');
    write(at('moved'), versionsOfOverlay[0]);
    commit(place, at('moved'));
    git(place, at('moved'), 'rm', '--quiet', 'files/old.txt');
    write(at('moved'), versionsOfOverlay[1]);
    rmSync(at('first'), { recursive: true });
    const gone = await run(project, 'update');
    expect([gone.code, gone.stdout]).toEqual([2, '']);
    expect(gone.stderr).toContain('there is no folder');
    await update(project, '--overlay', '../moved');
    expectSecond(project);
  });
});

describe('an overlay and a later version of this package', () => {
  it('come in one update, each side rendered with its own overlay', async () => {
    const all = await versions();
    try {
      write(at('both'), versionsOfOverlay[0]);
      git(place, at('both'), 'init', '--quiet');
      commit(place, at('both'));
      const project = await projectWith('seven', '--overlay', './both');
      editAsOwner(project);
      git(place, at('both'), 'rm', '--quiet', 'files/old.txt');
      write(at('both'), versionsOfOverlay[1]);
      const { code, stderr } = await updateToNext(all, project);
      expect([code, stderr]).toEqual([0, '']);
      commit(place, project);
      expectSecond(project);
      const files = trackedFiles(place, project);
      expect(files['README.md']).toContain('See also the changelog.');
      expect(files[recordPath]).toContain(nextVersion);
    } finally {
      await all.place.remove();
    }
  });
});

describe('an overlay from a registry', () => {
  const name = '@team/service-overlay';

  async function publish(version: string, files: Record<string, string>): Promise<void> {
    const folder = at('packages', version);
    const manifest = { name, version, scripts: { prepack: 'exit 1', postinstall: 'exit 1' } };
    write(folder, { ...files, 'package.json': JSON.stringify(manifest) });
    const env = { ...place.env, npm_config_registry: shared.registry?.url };
    const args = ['publish', '--ignore-scripts', '--access=public'];
    const { code, stderr } = await runProgram(['npm', ...args], { cwd: folder, env });
    expect(code, stderr).toBe(0);
  }

  beforeAll(async () => {
    shared.registry = (await publishOwn(place, name)).registry;
    await publish('1.0.0', versionsOfOverlay[0]);
  });
  afterAll(() => shared.registry?.stop());

  it('is recorded with its version, and an update follows its major version', async () => {
    write(at(), { 'team.json': JSON.stringify({ overlay: name, port: 4000 }) });
    const project = await projectWith('five', '--answers', 'team.json');
    expect(overlayIn(project)).toBe(`${name}@1.0.0`);
    editAsOwner(project);
    expect((await update(project)).stdout).toBe('Nothing to do.');

    await publish('1.1.0', versionsOfOverlay[1]);
    await publish('2.0.0', { 'files/TEAM.md': 'All new.\n' });
    expect((await run(project, 'update', '--check')).code).toBe(1);
    await update(project);
    expect(overlayIn(project)).toBe(`${name}@1.1.0`);
    expectSecond(project);
    await update(project, '--overlay', `${name}@1.0.0`);
    expect(overlayIn(project)).toBe(`${name}@1.0.0`);
    expect(existsSync(join(project, 'old.txt'))).toBe(true);
  });

  it('goes with --no-overlay, and stays with an edit', async () => {
    const project = await projectWith('six', '--overlay', `${name}@^1.0.0`);
    appendFileSync(join(project, 'README.md'), '\nMine.\n');
    commit(place, project);
    await update(project, '--no-overlay');
    expect(overlayIn(project)).toBeUndefined();
    const files = trackedFiles(place, project);
    expect(files).not.toHaveProperty('TEAM.md');
    expect(files['README.md']).toMatch(/\nMine\.\n$/);
  });

  it.each([
    [`${name}@9.9.9`, 'the registry does not offer it'],
    ['@team/nothing-here', 'the registry'],
  ])('writes nothing if there is none: %s', async (overlay, why) => {
    const { code, stdout, stderr } = await run(at(), 'none', ...quiet, '--overlay', overlay);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`✗ Overlay ${overlay}`);
    expect(stderr).toContain(why);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('writes nothing if the package is no overlay', async () => {
    const { code, stderr } = await run(at(), 'none', ...quiet, '--overlay', 'create-fastify-wss');
    expect(code).toBe(2);
    expect(stderr).toContain('it has neither files/ nor overlay.json');
    expect(existsSync(at('none'))).toBe(false);
  });
});

afterAll(() => place.remove());
