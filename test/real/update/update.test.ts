import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/cli.js';
import { answersOf, combinations, extraNames, flagsWithout } from '../../support/combinations.js';
import { flagOf } from '../../../src/options/options.js';
import { nextVersion } from '../../support/next-version.js';
import { sampleOf } from '../../support/sample.js';
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
  write,
  type Versions,
} from '../../support/updating.js';

let all: Versions;
let count = 0;

beforeAll(async () => {
  all = await versions();
});
afterAll(() => all.place.remove());

/** @returns the path of a folder that does not exist */
function fresh(): string {
  count += 1;
  return join(all.place.folder, `p${count}`);
}

function statusOf(project: string): string {
  return git(all.place, project, 'status', '--short');
}

describe('an update to a later version', () => {
  it.each(sampleOf(combinations, 12))(
    'gives an untouched project the files that create renders: %s',
    async (_name, answers) => {
      const folder = join(fresh(), 'chat');
      const project = commitProject(all.place, folder, { answers });
      const { code, stderr } = await updateToNext(all, project);
      expect([code, stderr]).toEqual([0, '']);
      const created = await createdBy(all, answers, join(fresh(), 'chat'));
      expect(trackedFiles(all.place, project)).toEqual(created);
      expect(statusOf(project)).not.toMatch(/^(.[^ ]|\?)/m);
    },
  );

  it('keeps the changes of the owner, and lets imports follow', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const route = "import { answer } from '../lib/replies.js';\n\nexport default answer;\n";
    write(project, { 'src/routes/own.ts': route });
    const readme = join(project, 'README.md');
    writeFileSync(readme, readFileSync(readme, 'utf8').replace('# ', '# My '));
    commit(all.place, project);
    expect((await updateToNext(all, project)).code).toBe(0);
    const files = trackedFiles(all.place, project);
    expect(files['src/routes/own.ts']).toBe(route.replace('replies', 'answers'));
    expect(files['README.md']).toMatch(/^# My [^]*See also the changelog\.\n$/);
    expect(files).not.toHaveProperty('src/lib/replies.ts');
  });

  it('shows lines that both sides changed as a conflict of git', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const path = join(project, 'src/lib/addresses.ts');
    writeFileSync(path, `// Mine.\n${readFileSync(path, 'utf8')}`);
    commit(all.place, project);
    const { code, stdout } = await updateToNext(all, project);
    expect(code).toBe(1);
    expect(stdout).toContain('src/lib/addresses.ts: both sides changed the same lines');
    expect(git(all.place, project, 'status')).toContain('both modified:   src/lib/addresses.ts');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(
      '<<<<<<< yours\n// Mine.\n=======\n// Reads addresses.\n>>>>>>> create-',
    );
    expect(text).toContain(`>>>>>>> create-fastify-wss-${nextVersion}\n`);
    const back = ['restore', '--source=HEAD', '--staged', '--worktree', '--', '.'];
    git(all.place, project, ...back);
    expect(statusOf(project)).toBe('');
  });

  it('also takes back a conflict in a file that has moved', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const path = join(project, 'src/lib/replies.ts');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const more = 1;\n`);
    commit(all.place, project);
    const { code, stdout } = await updateToNext(all, project, '--json');
    const { conflicts, undo } = JSON.parse(stdout);
    expect([code, conflicts]).toEqual([
      1,
      [expect.objectContaining({ path: 'src/lib/answers.ts' })],
    ]);
    for (const command of undo) {
      expect(await runProgram(['sh', '-c', command], { cwd: project, env: all.place.env })).toEqual(
        { code: 0, stdout: '', stderr: '' },
      );
    }
    expect(statusOf(project)).toBe('');
  });

  it('says what it would do, and whether there is anything to do', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    expect((await updateToNext(all, project, '--check')).code).toBe(1);
    const { stdout, code } = await updateToNext(all, project, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('+// Reads addresses.');
    expect(stdout).toMatch(/Nothing was written: this was a dry run\.$/);
    const document = JSON.parse((await updateToNext(all, project, '--dry-run', '--json')).stdout);
    expect(document).toMatchObject({ ok: true, state: 'planned', to: nextVersion });
    expect(document.files).toMatchObject({
      moved: [['src/lib/replies.ts', 'src/lib/answers.ts']],
      added: ['src/lib/uptime.ts'],
      removed: ['src/lib/once-per-minute.ts'],
    });
    expect(statusOf(project)).toBe('');
    await updateToNext(all, project);
    commit(all.place, project);
    expect((await updateToNext(all, project, '--check')).code).toBe(0);
  });
});

describe('other answers', () => {
  it.each(extraNames)('bring an extra and take it away again: %s', async (name) => {
    const answers = answersOf({});
    const project = commitProject(all.place, fresh(), { answers });
    const flag = flagOf(name);
    expect((await updateHere(all.place, project, flag)).code).toBe(0);
    const { '.env': _env, ...wanted } = filesOf(answersOf({ [name]: true }));
    expect(trackedFiles(all.place, project)).toEqual(wanted);
    commit(all.place, project);
    expect((await updateHere(all.place, project, ...flagsWithout(name))).code).toBe(0);
    const { '.env': _plain, ...plain } = filesOf(answers);
    expect(trackedFiles(all.place, project)).toEqual(plain);
  });

  it('do nothing if they are those of the project', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const { code, stdout } = await updateHere(all.place, project, '--no-redis');
    expect([code, stdout]).toEqual([0, 'Nothing to do.']);
  });

  it('derive what follows from them', async () => {
    const project = commitProject(all.place, fresh(), { answers: answersOf({}) });
    const { stdout } = await updateHere(all.place, project, '--port', '4000');
    expect(trackedFiles(all.place, project)['.env.example']).toContain(
      'DOMAINS=https://localhost:4000,',
    );
    expect(stdout).toContain('PORT=4000');
  });
});
