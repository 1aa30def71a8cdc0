import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { exposedKeys, refuseSharedCa } from '../../../src/ca/ca-permissions.js';
import { bin, runProgram, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { whileReplaced } from '../../support/locked.js';
import { room } from '../../support/room.js';
import { pathOf } from '../../support/stores.js';
import { ownFolder, own, unprivileged } from '../../support/unprivileged.js';

const { sandbox, at } = room();
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const masks = ['0000', '0022', '0077', '0777'];

interface Masked {
  mask: string;
  caRoot: string;
  path?: string;
}

/** Runs a command with a umask. */
function withMask(args: string[], { mask, caRoot, path }: Masked): Promise<Ended> {
  const PATH = path ?? pathOf(sandbox(), ['git', 'sh']);
  return runProgram(
    ['/bin/sh', '-c', 'umask "$0"; exec "$@"', mask, process.execPath, bin, ...args],
    { cwd: at(), env: { ...sandbox().env, PATH, CAROOT: caRoot } },
  );
}

function expectPrivate(caRoot: string): void {
  expect([caRoot, join(caRoot, '..')].map(modeOf)).toEqual(['700', '700']);
  expect(modeOf(join(caRoot, 'rootCA-key.pem'))).toBe('400');
  expect(modeOf(join(caRoot, 'rootCA.pem'))).toBe('644');
}

describe.each(masks)('with the umask %s', (mask) => {
  it('the CA and the keys are private', async () => {
    const caRoot = at('new', 'ca');
    const { code, stderr } = await withMask(['certs'], { mask, caRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectPrivate(caRoot);
    expect(modeOf(at('certs/key.pem'))).toBe('600');
    expect(modeOf(at('certs/cert.pem'))).toBe('644');
  });

  it('an unprivileged user can use them', async () => {
    const run = unprivileged(sandbox());
    own(sandbox().caRoot);
    ownFolder(at());
    const before = process.umask(Number.parseInt(mask, 8));
    const PATH = pathOf(sandbox(), ['git', 'sh']);
    const ended = run(['certs'], { PATH, CAROOT: join(sandbox().caRoot, 'new') });
    process.umask(before);
    expect((await ended).code).toBe(0);
    expect(modeOf(at('certs/key.pem'))).toBe('600');
    expect(modeOf(join(sandbox().caRoot, 'new', 'rootCA-key.pem'))).toBe('400');
  });
});

describeWith(['mkcert'], 'with mkcert', () => {
  it.each(masks)('and the umask %s, the CA and the key are private', async (mask) => {
    const path = process.env['PATH'] ?? '';
    const caRoot = at('new', 'ca');
    const { code, stderr } = await withMask(['certs'], { mask, caRoot, path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectPrivate(caRoot);
    expect(modeOf(at('certs/key.pem'))).toBe('600');
  });
});

describe('a CA that other users can replace', () => {
  const cases: [string, number, string][] = [
    ['in a folder of a group', 0o770, '.'],
    ['in a folder of everyone', 0o777, '.'],
    ['with a key of a group', 0o620, 'rootCA-key.pem'],
    ['with a key of everyone', 0o606, 'rootCA-key.pem'],
    ['with a certificate of a group', 0o664, 'rootCA.pem'],
  ];
  const commands = [
    ['certs'],
    ['certs', '--install'],
    ['app', '--yes', '--no-install', '--no-git'],
  ];

  it.each(cases)('%s is refused, and nothing is written', async (_where, mode, name) => {
    const { caRoot } = sandbox();
    expect((await withMask(['certs'], { mask: '0022', caRoot })).code).toBe(0);
    const path = join(caRoot, name);
    chmodSync(path, mode);
    mkdirSync(at('next'));
    for (const args of commands) {
      // oxlint-disable-next-line no-await-in-loop -- they look at the same CA
      const { code, stderr } = await runProgram([process.execPath, bin, ...args], {
        cwd: at('next'),
        env: { ...sandbox().env, PATH: pathOf(sandbox(), ['git', 'sh', 'npm']) },
      });
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toContain(`Other users can replace the CA: they can write to ${path}.`);
      expect(stderr).toContain(`Run: chmod go-w ${path}.`);
      expect(stderr).toContain('set CAROOT to another folder');
      expect(readdirSync(at('next'))).toEqual([]);
    }
    chmodSync(path, mode & ~0o022);
    expect((await withMask(['certs'], { mask: '0022', caRoot })).code).toBe(0);
  });
});

describe('a key that others can read', () => {
  it('is mentioned, and not refused', async () => {
    const { caRoot } = sandbox();
    await withMask(['certs'], { mask: '0022', caRoot });
    chmodSync(join(caRoot, 'rootCA-key.pem'), 0o444);
    const { code, stdout } = await withMask(['certs', 'app.test'], { mask: '0022', caRoot });
    expect(code).toBe(0);
    expect(stdout).toContain(`; other users can read ${join(caRoot, 'rootCA-key.pem')}, perhaps`);
  });
});

describe('a file system without modes', () => {
  /** Every file and folder looks like one with all permissions. */
  const open = (real: (...args: unknown[]) => unknown) => {
    return (...args: unknown[]) => Object.assign(Object(real(...args)), { mode: 0o777 });
  };

  it('is mentioned, and not refused', async () => {
    await withMask(['certs'], { mask: '0022', caRoot: sandbox().caRoot });
    chmodSync(sandbox().caRoot, 0o777);
    vi.stubEnv('CAROOT', sandbox().caRoot);
    expect(refuseSharedCa).toThrow('Other users can replace the CA');
    await whileReplaced('statSync', open, () => {
      expect(refuseSharedCa).not.toThrow();
      expect(exposedKeys([at('certs/key.pem'), at('none')])).toBe(
        `other users can read ${at('certs/key.pem')}, perhaps because the file system has no permissions`,
      );
    });
    expect(readdirSync(sandbox().caRoot).toSorted()).toEqual(['rootCA-key.pem', 'rootCA.pem']);
    vi.unstubAllEnvs();
  });
});
