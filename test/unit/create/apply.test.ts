import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apply } from '../../../src/disk/apply.js';
import { compare } from '../../../src/disk/compare.js';
import type { PlannedFile } from '../../../src/project/plan/project.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';

const files: PlannedFile[] = [
  { path: 'a/b/deep.txt', contents: 'deep\n', mode: 0o644 },
  { path: 'secret', contents: 'secret\n', mode: 0o600 },
  { path: 'top.txt', contents: 'top\n', mode: 0o644 },
];

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}

/** No signal arrives. */
const calm = new AbortController().signal;

/** Puts files in place as one run does. */
const put = (folder: string, planned = files) =>
  apply(at(folder), compare(at(folder), planned), calm);

const theirs = files.map((file) => ({ ...file, contents: 'theirs' }));
const whole = ['a', 'a/b', 'a/b/deep.txt', 'secret', 'top.txt'];

describe('files put in place', () => {
  it('create a missing folder and its missing parent folders', async () => {
    await put('new/app');
    expect(tree(at())).toEqual(['new', 'new/app', ...whole.map((path) => `new/app/${path}`)]);
    expect(statSync(at('new/app/secret')).mode & 0o777).toBe(0o600);
    expect(statSync(at('new/app')).mode & 0o777).toBe(0o777 & ~process.umask() & 0o755);
  });

  it('fill an empty folder, also through a symbolic link', async () => {
    mkdirSync(at('empty'));
    symlinkSync('empty', at('link'));
    await put('link');
    expect(tree(at('empty'))).toEqual(whole);
    expect(readFileSync(at('link/top.txt'), 'utf8')).toBe('top\n');
  });

  it('are added to existing files', async () => {
    mkdirSync(at('app/a'), { recursive: true });
    writeFileSync(at('app/a/mine.txt'), 'mine');
    await put('app');
    expect(tree(at('app'))).toEqual([...whole, 'a/mine.txt'].toSorted());
    expect(readFileSync(at('app/a/mine.txt'), 'utf8')).toBe('mine');
  });

  it('replace only the files that they should replace', async () => {
    mkdirSync(at('app'));
    writeFileSync(at('app/top.txt'), 'old');
    writeFileSync(at('app/.env'), 'mine');
    await put('app');
    expect(readFileSync(at('app/top.txt'), 'utf8')).toBe('top\n');
    expect(readFileSync(at('app/.env'), 'utf8')).toBe('mine');
    expect(tree(at('app'))).toEqual([...whole, '.env'].toSorted());
  });

  it.each([
    ['a file', () => writeFileSync(at('app/top.txt'), 'theirs')],
    ['a folder', () => mkdirSync(at('app/top.txt'))],
    ['a whole project', () => put('app', theirs)],
  ])(
    'replace nothing that another program writes after the comparison: %s',
    async (_what, other) => {
      mkdirSync(at('app'));
      const changes = compare(at('app'), files);
      await other();
      const before = treeOf(at('app'));
      await expect(apply(at('app'), changes, calm)).rejects.toThrow('Another program has written');
      expect(treeOf(at('app'))).toEqual(before);
    },
  );

  it('replace no project that another run puts in place after the comparison', async () => {
    const changes = compare(at('app'), files);
    await put('app');
    await expect(apply(at('app'), { ...changes, absent: theirs }, calm)).rejects.toThrow(
      'Another program has written',
    );
    expect(readFileSync(at('app/top.txt'), 'utf8')).toBe('top\n');
    expect(tree(at())).toEqual(['app', ...whole.map((path) => `app/${path}`)]);
  });

  it('put back what they replaced if a later one fails', async () => {
    mkdirSync(at('app'));
    writeFileSync(at('app/secret'), 'old');
    writeFileSync(at('app/top.txt'), 'old');
    const changes = compare(at('app'), files);
    rmSync(at('app/top.txt'));
    await expect(apply(at('app'), changes, calm)).rejects.toThrow('cannot be used');
    expect(tree(at('app'))).toEqual(['secret']);
    expect(readFileSync(at('app/secret'), 'utf8')).toBe('old');
  });

  it('leave no files if they cannot be staged', async () => {
    const twice = [...files, { path: 'top.txt/below', contents: '', mode: 0o644 }];
    await expect(put('new/app', twice)).rejects.toThrow('cannot be used');
    expect(tree(at())).toEqual([]);
    expect(existsSync(at('new'))).toBe(false);
  });
});

describe('a target compared with a plan', () => {
  it('lacks everything if it is absent or empty', () => {
    mkdirSync(at('empty'));
    expect(compare(at('absent'), files).absent).toEqual(files);
    expect(compare(at('empty'), files).absent).toEqual(files);
  });

  it('reports existing files with other contents', async () => {
    await put('app');
    writeFileSync(at('app/top.txt'), 'changed');
    const { absent, different, blocked } = compare(at('app'), files);
    expect([absent, different.map(({ path }) => path), blocked]).toEqual([[], ['top.txt'], []]);
  });

  it('reports what blocks it', () => {
    mkdirSync(at('app'));
    writeFileSync(at('app/a'), 'a file where a folder goes');
    symlinkSync('/etc/hostname', at('app/top.txt'));
    expect(compare(at('app'), files).blocked).toEqual(['a', 'top.txt']);
  });

  it('is refused if it is a file', () => {
    writeFileSync(at('file'), '');
    chmodSync(at('file'), 0o600);
    expect(() => compare(at('file'), files)).toThrow('is a file.');
  });
});
