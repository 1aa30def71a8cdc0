import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/disk/apply.js';
import { compare, isVacant } from '../../../src/disk/compare.js';
import type { PlannedFile } from '../../../src/project/plan/project.js';
import { whenUnlocked } from '../../../src/io/locked-files.js';
import { notWritable } from '../../../src/io/system-errors.js';
import { movePairIn } from '../../../src/pair/place-pair.js';
import { room } from '../../support/room.js';
import { whileLocked } from '../../support/locked.js';

const { at } = room();
const calm = new AbortController().signal;
const files: PlannedFile[] = [
  { path: 'a/deep.txt', contents: 'deep\n', mode: 0o644 },
  { path: 'top.txt', contents: 'top\n', mode: 0o644 },
];
const codes = ['EBUSY', 'EPERM', 'EACCES'];
/** Puts the files in place as one run does. */
const put = (folder: string) => apply(at(folder), compare(at(folder), files), calm);
const read = (path: string): string => readFileSync(at(path), 'utf8');

describe('a file that is locked for a moment', () => {
  it.each(codes)('does not keep a new project out: %s', async (code) => {
    await whileLocked({ name: 'renameSync', code, times: 2 }, () => put('app'));
    expect(readdirSync(at())).toEqual(['app']);
    expect(read('app/a/deep.txt')).toBe('deep\n');
  });

  it.each(codes)('is replaced: %s', async (code) => {
    mkdirSync(at('app'));
    writeFileSync(at('app/top.txt'), 'old');
    await whileLocked({ name: 'renameSync', code, times: 2 }, () => put('app'));
    expect(read('app/top.txt')).toBe('top\n');
    expect(readdirSync(at('app')).toSorted()).toEqual(['a', 'top.txt']);
  });

  it.each(codes)('is removed when a run is undone: %s', async (code) => {
    mkdirSync(at('app'));
    const changes = compare(at('app'), files);
    writeFileSync(at('app/top.txt'), 'theirs');
    const run = () => apply(at('app'), changes, calm);
    await expect(whileLocked({ name: 'unlinkSync', code, times: 2 }, run)).rejects.toThrow(
      'Another program has written',
    );
    expect(readdirSync(at('app'))).toEqual(['top.txt']);
  });

  it.each(codes)('is replaced by a new certificate: %s', async (code) => {
    mkdirSync(at('certs'));
    mkdirSync(at('staging'));
    for (const name of ['key.pem', 'cert.pem']) {
      writeFileSync(at('certs', name), 'old');
      writeFileSync(at('staging', name), 'new');
    }
    await whileLocked({ name: 'renameSync', code, times: 3 }, () =>
      movePairIn(at('staging'), at()),
    );
    expect([read('certs/key.pem'), read('certs/cert.pem')]).toEqual(['new', 'new']);
  });
});

describe('a staging folder that is locked for a moment', () => {
  it.each(['rmdirSync', 'unlinkSync', 'rmSync'] as const)('is removed: %s', async (name) => {
    for (const code of codes) {
      const left = await whileLocked({ name, code, times: 2 }, () => put(code));
      expect(left).toEqual([]);
    }
    expect(readdirSync(at()).toSorted()).toEqual(codes.toSorted());
  });
});

describe('a file that stays locked', () => {
  it('ends a run, which leaves nothing', async () => {
    const run = () => put('app');
    await expect(
      whileLocked({ name: 'renameSync', code: 'EBUSY', times: 100 }, run),
    ).rejects.toThrow(`${at('app')} cannot be used: another program is using it (EBUSY).`);
    expect(readdirSync(at())).toEqual([]);
  });

  it('in a temporary folder does not end a run', async () => {
    const left = await whileLocked({ name: 'rmSync', code: 'EBUSY', times: 100 }, () => put('app'));
    expect(left).toEqual([expect.stringContaining('.create-fastify-wss-')]);
    expect(existsSync(at('app/top.txt'))).toBe(true);
  });

  it.each(['ENOENT', 'ENOSPC', 'EROFS', 'EXDEV'])('is not retried after %s', (code) => {
    const calls: string[] = [];
    const act = (): void => {
      calls.push(code);
      throw Object.assign(new Error(code), { code });
    };
    expect(() => whenUnlocked(act)).toThrow(code);
    expect(calls).toEqual([code]);
  });
});

describe('a drive or a network share that does not exist', () => {
  it('is only looked for at the start of a path', () => {
    expect(isVacant(join(at('not/there'), 'D:'))).toBe(true);
  });

  it.each(['ENOTCONN', 'ESTALE', 'EHOSTDOWN', 'EIO', 'ENODEV'])(
    '%s is one clear line, with what to do',
    (code) => {
      const { message, fix } = notWritable('/mnt/x', Object.assign(new Error(code), { code }));
      expect(message).toBe(
        `/mnt/x cannot be used: its drive or network share does not answer (${code}).`,
      );
      expect(fix).toBe('Connect it, or choose another directory.');
    },
  );
});
