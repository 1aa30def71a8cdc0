import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { recordPath } from '../../../src/core/paths.js';
import { Projects, olderFiles, put, stateOf, theirFiles } from '../../support/older.js';
import { commit } from '../../support/updating.js';

const projects = new Projects();
afterAll(() => projects.place.remove());

const theirs = theirFiles();
const addresses = 'src/lib/addresses.ts';

/** What users of other update commands have reported, by what should happen. */
describe('an update, as users of other generators have asked for it', () => {
  it('names a deleted file each time, and never brings it back', async () => {
    const project = await projects.make();
    rmSync(join(project.folder, addresses));
    project.commit();
    expect((await project.update()).stdout).toContain(`${addresses}: stays deleted`);
    // The next older version differs in the same file.
    project.commit({ [recordPath]: String(olderFiles()[recordPath]) });
    expect((await project.update()).stdout).toContain(`${addresses}: stays deleted`);
    expect(existsSync(join(project.folder, addresses))).toBe(false);
  });

  it('never touches lockfiles, .env and certificates, though the older version rendered them', async () => {
    const own = {
      'package-lock.json': '{"mine": true}\n',
      'pnpm-lock.yaml': 'mine: true\n',
      'yarn.lock': '# mine\n',
    };
    const files = { ...olderFiles(), 'package-lock.json': '{}\n', 'certs/key.pem': 'key\n' };
    const project = await projects.make({ files, committed: { ...olderFiles(), ...own } });
    const ignored = { '.env': 'SECRET=1\n', 'certs/key.pem': 'mine\n', 'node_modules/a': '' };
    put(project.folder, ignored);
    expect((await project.update()).code).toBe(0);
    for (const [path, text] of Object.entries({ ...own, ...ignored })) {
      expect([path, readFileSync(join(project.folder, path), 'utf8')]).toEqual([path, text]);
    }
  });

  it('does nothing the second time', async () => {
    const project = await projects.make();
    expect((await project.update()).code).toBe(0);
    project.commit();
    const before = stateOf(project);
    expect(await project.update()).toMatchObject({ code: 0, stdout: 'Nothing to do.' });
    expect(stateOf(project)).toEqual(before);
  });

  it('goes on after a conflict that was resolved by hand', async () => {
    const project = await projects.make();
    const mine = String(olderFiles()[addresses]).replace('// Old.', '// Mine.');
    project.commit({ [addresses]: mine });
    expect((await project.update()).code).toBe(1);
    expect(await project.update()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(addresses),
    });
    project.commit({ [addresses]: mine });
    const added = await project.update('--redis');
    expect([added.stderr, added.code]).toEqual(['', 0]);
    expect(readFileSync(join(project.folder, addresses), 'utf8')).toBe(mine);
  });

  it('writes no .rej and .orig files', async () => {
    const project = await projects.make();
    project.commit({ [addresses]: '// Mine.\n' });
    expect((await project.update()).code).toBe(1);
    expect(project.git('status', '--porcelain', '--untracked-files=all')).not.toMatch(/^\?\?/m);
  });

  it('works in a project that has moved in its repository', async () => {
    const project = await projects.make({ inside: 'services/chat' });
    const folder = join(project.top, 'apps/talk');
    put(dirname(folder), { x: '' });
    renameSync(project.folder, folder);
    const moved = { ...project, folder };
    commit(project.place, project.top);
    expect((await projects.run(moved)).code).toBe(0);
    expect(readFileSync(join(folder, addresses), 'utf8')).toBe(theirs[addresses]);
  });

  it('keeps the name that the owner gave in package.json', async () => {
    const project = await projects.make();
    const path = join(project.folder, 'package.json');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"name": "chat"', '"name": "@team/talk"'),
    );
    project.commit();
    expect((await project.update()).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('"name": "@team/talk"');
  });

  it('leaves the record at the old version if nothing was placed', async () => {
    const project = await projects.make();
    put(project.folder, { 'src/lib/log.ts': '// Mine\n' });
    expect((await project.update()).code).toBe(2);
    const { version } = JSON.parse(readFileSync(join(project.folder, recordPath), 'utf8'));
    expect(version).not.toBe(manifest.version);
  });

  it('is one commit for the action that makes pull requests of it', async () => {
    const project = await projects.make();
    expect((await project.update()).code).toBe(0);
    project.git('checkout', '--quiet', '-B', 'update');
    project.git('add', '--all');
    project.git('commit', '--quiet', '--message=Update');
    expect(project.git('diff', '--name-status', 'main', 'update')).toMatch(
      /^A\s+src\/lib\/log\.ts$/m,
    );
    expect(project.git('status', '--porcelain')).toBe('');
  });
});
