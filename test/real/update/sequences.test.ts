import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { flagOf } from '../../../src/options/options.js';
import { answersOf, extraNames, flagsWithout } from '../../support/combinations.js';
import { nextVersion } from '../../support/next-version.js';
import {
  commit,
  commitProject,
  createdBy,
  filesOf,
  git,
  trackedFiles,
  updateHere,
  updateToNext,
  versions,
  type Versions,
} from '../../support/updating.js';

let all: Versions;
let count = 0;

beforeAll(async () => {
  all = await versions();
});
afterAll(() => all.place.remove());

function fresh(): string {
  count += 1;
  return join(all.place.folder, `s${count}`);
}

function prepend(project: string, path: string, line: string): void {
  const before = readFileSync(join(project, path), 'utf8');
  writeFileSync(join(project, path), `${line}\n${before}`);
}

const { '.env': _env, ...plain } = filesOf(answersOf({}));

describe('a second update', () => {
  it('does not repeat a conflict that was resolved by hand', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    prepend(project, 'src/lib/addresses.ts', '// Mine.');
    commit(all.place, project);
    expect((await updateToNext(all, project)).code).toBe(1);
    const path = join(project, 'src/lib/addresses.ts');
    const resolved = readFileSync(path, 'utf8').replaceAll(/^(<{7}|={7}|>{7}).*\n/gm, '');
    writeFileSync(path, resolved);
    commit(all.place, project);
    expect(await updateToNext(all, project)).toMatchObject({ code: 0, stdout: 'Nothing to do.' });
    expect((await updateToNext(all, project, '--docker')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(resolved);
  });

  it('is refused while conflicts are open', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    prepend(project, 'src/lib/addresses.ts', '// Mine.');
    commit(all.place, project);
    await updateToNext(all, project);
    const { code, stderr } = await updateToNext(all, project);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Conflicts are not resolved.')]);
  });

  it('and the first may be one', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    expect((await updateToNext(all, project, '--redis', '--port', '4000')).code).toBe(0);
    const answers = answersOf({ redis: true, port: 4000 });
    const created = await createdBy(all, answers, join(fresh(), 'chat'));
    expect(trackedFiles(all.place, project)).toEqual(created);
  });

  it('on another branch can be merged', async () => {
    const folder = fresh();
    const project = commitProject(all.place, folder, { answers: answersOf({}) });
    git(all.place, project, 'checkout', '--quiet', '-b', 'extras');
    await updateHere(all.place, project, '--docker');
    commit(all.place, project);
    git(all.place, project, 'checkout', '--quiet', 'main');
    await updateToNext(all, project);
    commit(all.place, project);
    git(all.place, project, 'merge', '--quiet', '--no-edit', 'extras');
    const created = await createdBy(all, answersOf({ docker: true }), join(fresh(), 'chat'));
    expect(trackedFiles(all.place, project)).toEqual(created);
    expect((await updateToNext(all, project, '--check')).code).toBe(0);
  });
});

describe('an extra with changes of the owner', () => {
  it.each(extraNames)('can be added and taken away: %s', async (name) => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const readme = '\nMy own words.\n';
    appendFileSync(join(project, 'README.md'), readme);
    prepend(project, 'src/app.ts', '// Mine.');
    commit(all.place, project);
    expect((await updateHere(all.place, project, flagOf(name))).code).toBe(0);
    commit(all.place, project);
    expect((await updateHere(all.place, project, ...flagsWithout(name))).code).toBe(0);
    expect(trackedFiles(all.place, project)).toEqual({
      ...plain,
      'README.md': `${plain['README.md']}${readme}`,
      'src/app.ts': `// Mine.\n${plain['src/app.ts']}`,
    });
  });

  it('leaves the file that the owner has changed', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({ docker: true }) });
    appendFileSync(join(project, 'Dockerfile'), '# Mine.\n');
    commit(all.place, project);
    const { code, stdout } = await updateHere(all.place, project, '--no-docker');
    expect(code).toBe(0);
    expect(stdout).toContain('Dockerfile: stays: you changed it, the new version dropped it');
    const files = trackedFiles(all.place, project);
    expect(files['Dockerfile']).toMatch(/# Mine\.\n$/);
    expect(files).not.toHaveProperty('compose.yaml');
  });
});

describe('a project that has changed since', () => {
  it('may lie in another folder of its repository, under another name', async () => {
    const folder = fresh();
    commitProject(all.place, folder, { answers: answersOf({}), inside: 'services/chat' });
    renameSync(join(folder, 'services/chat'), join(folder, 'talk'));
    const project = join(folder, 'talk');
    const manifest = readFileSync(join(project, 'package.json'), 'utf8');
    writeFileSync(join(project, 'package.json'), manifest.replace('"chat"', '"@us/talk"'));
    commit(all.place, folder);
    expect(await updateToNext(all, project)).toMatchObject({ code: 0, stderr: '' });
    const files = trackedFiles(all.place, project);
    expect(JSON.parse(String(files['package.json'])).name).toBe('@us/talk');
    expect(files).toHaveProperty('src/lib/uptime.ts');
  });

  it('may be a clone without .env', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    rmSync(join(project, '.env'));
    const { code, stdout } = await updateToNext(all, project);
    expect(code).toBe(0);
    expect(stdout).not.toContain('.env,');
  });

  it('tells which of its files use something that was renamed', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    writeFileSync(join(project, 'deploy.sh'), 'export MAX_BUFFERED_BYTES=65536\n');
    commit(all.place, project);
    const { stdout } = await updateToNext(all, project);
    expect(stdout).toContain('deploy.sh: MAX_BUFFERED_BYTES is MAX_WAITING_BYTES now.');
    expect(stdout).toMatch(/no longer used\n +MAX_BUFFERED_BYTES/);
    expect(stdout).toContain(`Updated from ${packageJson.version} to ${nextVersion}`);
  });
});
