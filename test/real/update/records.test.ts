import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { recordPath } from '../../../src/core/paths.js';
import { renderBy } from '../../../src/update/old-render.js';
import { runProgram } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { buildNext } from '../../support/next-version.js';
import {
  Projects,
  olderVersion,
  packOlder,
  snapshot,
  theirFiles,
  type Project,
} from '../../support/older.js';
import { publishOwn } from '../../support/own-package.js';
import { freePort } from '../../support/running.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox, type Environment } from '../../support/sandbox.js';
import { commit, commitProject } from '../../support/updating.js';

const projects = new Projects();
afterAll(() => projects.place.remove());

const theirs = theirFiles();
const rendered = JSON.parse(theirs[recordPath] ?? '');
const older = { ...rendered, version: olderVersion };

function changed(change: object): string {
  return JSON.stringify({ ...older, ...change });
}

/** Records, and what their error says. */
const broken: Record<string, [string | Buffer | null, string]> = {
  'no record': [null, `There is no ${recordPath} here.`],
  'an empty file': ['', 'it is not JSON'],
  'half of a record': ['{"version": "0.0.9", ', 'it is not JSON'],
  'conflict markers': ['<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n', 'it has conflict markers'],
  'binary data': [Buffer.from([0, 255, 254, 1]), 'it is not JSON'],
  'a list': ['[]', 'it has no version'],
  null: ['null', 'it has no version'],
  text: ['"0.0.9"', 'it has no version'],
  'a newer version': [changed({ version: '98.0.0' }), 'newer than'],
  'a newer pre-release': [changed({ version: '98.0.0-rc.1' }), 'newer than'],
  'a tag': [changed({ version: 'latest' }), '"latest" is not a version'],
  'a path': [changed({ version: '../../x' }), '"../../x" is not a version'],
  'a range': [changed({ version: '^0.0.9' }), 'is not a version'],
  'an address': [changed({ version: 'https://x.test/x.tgz' }), 'is not a version'],
  'an option of npm': [changed({ version: '--registry=x' }), 'is not a version'],
  'a version with a line end': [changed({ version: '0.0.9\n' }), 'is not a version'],
  'a version with a zero in front': [changed({ version: '0.00.9' }), 'is not a version'],
  'a version that is a number': [changed({ version: 1 }), 'is not a version'],
  'no version': [changed({ version: undefined }), 'it has no version'],
  'no name': [changed({ name: undefined }), 'it has no name'],
  'a name that is a path': [changed({ name: '../x' }), 'is not a name of a project'],
  'no answers': [changed({ answers: undefined }), 'it has no answers'],
  'a list of answers': [changed({ answers: [] }), 'it has no answers'],
  'an unknown option': [changed({ answers: { ...rendered.answers, colour: 'red' } }), 'colour'],
  'another type': [changed({ answers: { ...rendered.answers, redis: 'maybe' } }), 'redis'],
  'another choice': [changed({ answers: { ...rendered.answers, language: 'coffee' } }), 'coffee'],
  'a port that is none': [changed({ answers: { ...rendered.answers, port: 99999 } }), '99999'],
};

/** @returns whether nothing was written */
async function isRefused(project: Project, says: string): Promise<boolean> {
  const before = snapshot(project.top);
  const { code, stdout, stderr } = await project.update();
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toContain(says);
  expect(stderr).not.toMatch(/\n\s+at |Please report|undefined/);
  return isDeepStrictEqual(snapshot(project.top), before);
}

describe('a record that cannot be used', () => {
  it.concurrent.each(sampleOf(Object.entries(broken), 8))('%s', async (_name, [text, says]) => {
    const project = await projects.make();
    rmSync(join(project.folder, recordPath));
    project.commit(text === null ? {} : { [recordPath]: text });
    expect(await isRefused(project, says)).toBe(true);
  });

  it('is a folder', async () => {
    const project = await projects.make();
    rmSync(join(project.folder, recordPath));
    project.commit({ [`${recordPath}/x`]: '' });
    expect(await isRefused(project, recordPath)).toBe(true);
  });
});

describe('a record that can be used', () => {
  const bom = '\uFEFF';
  it.concurrent.each([
    ['with a byte order mark', `${bom}${changed({})}`],
    ['with CRLF', JSON.stringify(older, null, 2).replaceAll('\n', '\r\n')],
    ['in one line, and with other keys', changed({ note: 'mine' })],
  ])('%s', async (_name, text) => {
    const project = await projects.make();
    project.commit({ [recordPath]: text });
    const { code, stderr } = await project.update();
    expect([stderr, code]).toEqual(['', 0]);
    const written = readFileSync(join(project.folder, recordPath), 'utf8');
    expect(JSON.parse(written)).toEqual(rendered);
  });
});

/** Packages for `--from`: the text of their render entry, or how else they differ. */
const packages: Record<string, [Parameters<typeof packOlder>[1], string]> = {
  'of another version': [
    { version: '0.0.8' },
    `is not create-fastify-wss@${olderVersion}, but 0.0.8`,
  ],
  'that throws': [{ entry: 'throw new Error("no");' }, `Version ${olderVersion} cannot render`],
  'that exits with 1': [{ entry: 'process.exit(1);' }, `Version ${olderVersion} cannot render`],
  'that is killed': [
    { entry: 'process.kill(process.pid, 9);' },
    `Version ${olderVersion} cannot render`,
  ],
  'that prints nothing': [{ entry: '' }, `Version ${olderVersion} cannot render`],
  'that prints garbage': [
    { entry: 'console.log("hello {");' },
    `Version ${olderVersion} cannot render`,
  ],
  'that prints half of a document': [
    { entry: 'process.stdout.write("{\\"render\\": 1,");' },
    `Version ${olderVersion} cannot render`,
  ],
  'that prints another document': [
    { entry: 'console.log("{}");' },
    `Version ${olderVersion} cannot render`,
  ],
  'that prints null': [{ entry: 'console.log("null");' }, `Version ${olderVersion} cannot render`],
  'that prints files that are none': [
    { entry: 'console.log(JSON.stringify({ render: 1, files: [null, { path: 1 }] }));' },
    `Version ${olderVersion} cannot render`,
  ],
  'that prints paths that lead out': [
    {
      entry:
        'console.log(JSON.stringify({ render: 1, files: [{ path: "../../x", mode: "0644", encoding: "utf8", contents: "" }] }));',
    },
    `Version ${olderVersion} cannot render`,
  ],
  'that refuses the record': [
    {
      entry:
        'console.log(JSON.stringify({ ok: false, error: { message: "No such option." } })); process.exitCode = 1;',
    },
    'No such option.',
  ],
};

/** @returns whether nothing was written */
async function isUnusable(project: Project, tarball: string, says: string): Promise<boolean> {
  const before = snapshot(project.top);
  const { code, stdout, stderr } = await projects.run({ ...project, tarball });
  expect([stdout, code]).toEqual(['', expect.toBeOneOf([1, 2])]);
  expect(stderr).toContain(says);
  expect(stderr).not.toMatch(/\n\s+at |Please report/);
  return isDeepStrictEqual(snapshot(project.top), before);
}

describe('a package for --from', () => {
  it.concurrent.each(sampleOf(Object.entries(packages), 4))('%s', async (name, [packed, says]) => {
    const project = await projects.make();
    const tarball = await packOlder(`${project.top}-${name.length}.tgz`, packed);
    expect(await isUnusable(project, tarball, says)).toBe(true);
  });

  it.concurrent.each([
    ['that does not exist', () => {}],
    ['that is a folder', (path: string) => mkdirSync(path)],
    ['that is no tarball', (path: string) => writeFileSync(path, 'hello')],
    ['that is empty', (path: string) => writeFileSync(path, '')],
  ])('%s', async (_name, prepare) => {
    const project = await projects.make();
    const tarball = `${project.top}-other.tgz`;
    prepare(tarball);
    expect(await isUnusable(project, tarball, 'npm pack create-fastify-wss@0.0.9')).toBe(true);
  });
});

it('a render entry that hangs is ended', () => {
  const folder = projects.fresh();
  mkdirSync(folder);
  const path = join(folder, 'hangs.cjs');
  writeFileSync(path, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);");
  const rendering = { path, folder, version: olderVersion };
  const limit = { timeout: 500, maxBuffer: 1024 };
  const render = () => renderBy(rendering, { render: 1, name: 'chat', answers: {} }, limit);
  expect(render).toThrow('takes too long');
});

describe('the registry', () => {
  it('has the recorded version, which renders the base', async () => {
    const place = sandbox();
    const { registry } = await publishOwn(place);
    const next = join(place.home, 'next');
    mkdirSync(next);
    const program = await buildNext(next);
    const project = commitProject(place, join(place.folder, 'chat'), { answers: answersOf({}) });
    const update = (cache: string, env: Environment) =>
      runProgram([process.execPath, program, 'update', '--dry-run'], {
        cwd: project,
        env: { ...place.env, npm_config_cache: join(place.home, cache), ...env },
      });
    const online = { npm_config_registry: registry.url };
    const first = await update('cache', online);
    expect([first.stderr, first.code]).toEqual(['', 0]);
    expect(first.stdout).toContain('+// Reads addresses.');
    expect(await registry.requests()).toContain('GET /create-fastify-wss');
    const offline = await update('cache', { ...online, npm_config_offline: 'true' });
    expect([offline.stderr, offline.code]).toEqual(['', 0]);
    const empty = await update('other', { ...online, npm_config_offline: 'true' });
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('npm is offline') });
    const record = join(project, recordPath);
    writeFileSync(
      record,
      readFileSync(record, 'utf8').replace(/"version": "[^"]+"/, '"version": "0.0.1"'),
    );
    commit(place, project);
    expect(await update('cache', online)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the registry does not offer it'),
    });
    await registry.stop();
    await place.remove();
  });

  const failing: Record<string, [() => Promise<Environment>, string]> = {
    'does not listen': [
      async () => ({ npm_config_registry: `http://127.0.0.1:${await freePort()}/` }),
      'the registry does not answer',
    ],
    'is not needed, but npm is missing': [
      async () => {
        const folder = projects.fresh();
        mkdirSync(folder);
        const { stdout } = await runProgram(['which', 'git'], {
          cwd: '/',
          env: projects.place.env,
        });
        symlinkSync(stdout.trim(), join(folder, 'git'));
        return { PATH: folder };
      },
      'npm',
    ],
  };

  it.concurrent.each(Object.entries(failing))('%s', async (_name, [environment, says]) => {
    const project = await projects.make();
    const env = { ...(await environment()), npm_config_fetch_retries: '0' };
    const before = snapshot(project.top);
    const { code, stdout, stderr } = await projects.fetch(project, env);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toContain(says);
    expect(stderr).toContain(`--from create-fastify-wss-${olderVersion}.tgz`);
    expect(snapshot(project.top)).toEqual(before);
  });
});
