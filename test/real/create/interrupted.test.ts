import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, root, type Ended } from '../../support/cli.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox, type Environment } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';

const place = sandbox();
const words = ['app', '--yes', '--no-https', '--no-install', '--no-git', '--overwrite'];
const preload = join(root, 'test/support/at-call.mjs');
const whole: { project: Record<string, string> } = { project: {} };

/** Target folders, with their content before the run. */
const targets: Record<string, (folder: string) => void> = {
  absent: () => undefined,
  empty: (folder) => mkdirSync(join(folder, 'app'), { mode: 0o750 }),
  occupied: (folder) => {
    mkdirSync(join(folder, 'app/src'), { recursive: true });
    writeFileSync(join(folder, 'app/src/mine.ts'), 'mine');
    writeFileSync(join(folder, 'app/package.json'), '{}', { mode: 0o600 });
    writeFileSync(join(folder, 'app/.env'), 'MINE=1');
    symlinkSync('mine.ts', join(folder, 'app/src/link'));
  },
};

function folderWith(target: string, name: string): string {
  const folder = join(place.folder, `${target}-${name}`);
  mkdirSync(folder);
  targets[target]?.(folder);
  return folder;
}

function envOf(folder: string, event: string, call: number): Environment {
  return {
    ...place.env,
    NODE_OPTIONS: `--import=${preload}`,
    AT_FOLDER: folder,
    AT_EVENT: event,
    AT_CALL: String(call),
  };
}

/** A run in which something happens at one of the calls that change the disk. */
function runWith(folder: string, event: string, call: number): Promise<Ended> {
  return cli(words, { cwd: folder, env: envOf(folder, event, call) });
}

/** Each of the first calls, and every eighth of the others. */
const moments = sampleOf(
  Array.from({ length: 28 }, (_, index) => (index < 10 ? index + 1 : index * 8 - 62)),
  12,
);

interface Moment {
  call: number;
  folder: string;
  before: Record<string, string>;
  ended: Ended;
}

async function tryAll(target: string, event: string): Promise<Moment[]> {
  const pair = async (calls: number[]): Promise<Moment[]> =>
    Promise.all(
      calls.map(async (call) => {
        const folder = folderWith(target, `${event}-${call}`);
        const before = treeOf(folder);
        return { call, folder, before, ended: await runWith(folder, event, call) };
      }),
    );
  const results: Moment[] = [];
  for (let index = 0; index < moments.length; index += 4) {
    // oxlint-disable-next-line no-await-in-loop -- four at a time
    results.push(...(await pair(moments.slice(index, index + 4))));
  }
  return results;
}

function projectIn(folder: string): Record<string, string> {
  return treeOf(join(folder, 'app'));
}

beforeAll(async () => {
  const folder = folderWith('absent', 'whole');
  await cli(words, { cwd: folder, env: place.env });
  whole.project = projectIn(folder);
});
afterAll(() => place.remove());

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s ends a run with exit code %i, in words and as JSON', async (signal, code) => {
  const folder = folderWith('absent', signal);
  const ended = await runWith(folder, signal, 5);
  expect(ended).toEqual({
    code,
    stdout: '',
    stderr: `✗ Stopped by ${signal}. Nothing was written.\n  Run the command again.`,
  });
  const env = envOf(folder, signal, 5);
  const { stdout, ...rest } = await cli([...words, '--json'], { cwd: folder, env });
  expect(rest).toEqual({ code, stderr: '' });
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'cancelled', stage: 'apply' });
  expect(readdirSync(folder)).toEqual([]);
});

describe.each(Object.keys(targets))('a run into a target that is %s', (target) => {
  it('leaves no files when the disk is full', async () => {
    const code = 'ENOSPC';
    const tried = await tryAll(target, code);
    const failed = tried.filter(({ ended }) => ended.code !== 0);
    expect(failed.length).toBeGreaterThan(moments.length / 4);
    for (const { folder, before, ended } of failed) {
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(
        '/app cannot be used: the disk is full (ENOSPC).\n  Free some space',
      );
      expect(treeOf(folder)).toEqual(before);
    }
  });

  it('leaves no files or the complete project after SIGTERM', async () => {
    const code = 143;
    const tried = await tryAll(target, 'SIGTERM');
    const early = tried.filter(({ ended }) => ended.stderr.includes('Nothing was written.'));
    expect(early.length).toBeGreaterThan(moments.length / 4);
    for (const { folder, before, ended } of early) {
      expect(ended).toMatchObject({ code, stdout: '' });
      expect(treeOf(folder)).toEqual(before);
    }
    for (const { folder, ended } of tried.filter((each) => !early.includes(each))) {
      expect([0, code]).toContain(ended.code);
      expect(projectIn(folder)).toMatchObject(whole.project);
    }
  });

  it('leaves only absent, old or complete files after SIGKILL, and a second run completes it', async () => {
    const tried = await tryAll(target, 'SIGKILL');
    expect(tried.filter(({ ended }) => ended.code === undefined).length).toBeGreaterThan(
      moments.length / 4,
    );
    for (const { folder, before } of tried) {
      const after = treeOf(folder);
      const changed = Object.entries(after).filter(
        ([path, entry]) => !path.includes('.create-fastify-wss-') && before[path] !== entry,
      );
      for (const [path, entry] of changed) {
        expect(entry, path).toBe(path === 'app' ? after['app'] : whole.project[path.slice(4)]);
      }
      expect(Object.keys(before).filter((path) => after[path] === undefined)).toEqual([]);
      const isWhole = Object.keys(whole.project).every((path) => `app/${path}` in after);
      expect(isWhole || target === 'occupied' || changed.length === 0).toBe(true);
      const second = await cli(words, { cwd: folder, env: place.env });
      expect(second).toMatchObject({ code: 0, stderr: '' });
      expect(projectIn(folder)).toMatchObject(whole.project);
      expect(readdirSync(folder)).toEqual(['app']);
      expect(readdirSync(join(folder, 'app')).join()).not.toContain('.create-fastify-wss-');
    }
  });
});

describe('a run of certs that is killed at any moment', () => {
  const [caRoot, folder] = [place.caRoot, join(place.folder, 'certs')];
  // Without mkcert on PATH, the program signs certificates itself.
  const env = { ...place.env, PATH: join(place.home, 'bin') };
  const certs = (args: string[], more: Environment = {}): Promise<Ended> =>
    cli(['certs', ...args], { cwd: folder, env: { ...env, ...more } });

  it('is completed by the next run, and no files are left', async () => {
    mkdirSync(folder);
    const codes: (number | undefined)[] = [];
    for (let call = 1; call <= 24; call += 1) {
      const args = [`app${call}.test`];
      const more = { ...envOf(join(folder, '../..'), 'SIGKILL', call), PATH: env.PATH };
      codes.push((await certs(args, more)).code);
      const { code, stderr } = await certs(args);
      expect({ call, code, stderr }).toEqual({ call, code: 0, stderr: '' });
      expect(readdirSync(join(folder, 'certs')).toSorted()).toEqual([
        '.gitignore',
        'cert.pem',
        'key.pem',
      ]);
      const { subjectAltName } = new X509Certificate(readFileSync(join(folder, 'certs/cert.pem')));
      expect(subjectAltName).toBe(`DNS:app${call}.test`);
    }
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThan(5);
    expect(readdirSync(caRoot).toSorted()).toEqual(['rootCA-key.pem', 'rootCA.pem']);
  });
});
