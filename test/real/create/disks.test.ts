import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, cli, runProgram } from '../../support/cli.js';
import { canMount } from '../../support/mounts.js';
import { sandbox } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';

const place = sandbox();
afterAll(() => place.remove());

const words = ['--yes', '--no-https', '--no-install', '--no-git'];

const why = canMount(place.home) ? '' : ' (skipped: mounting a file system is not permitted here)';

describe.skipIf(why !== '')(`a separate file system${why}`, () => {
  /** Mounts a file system for one run, and lists its files afterwards. */
  async function runOn(options: string, before = 'true') {
    const disk = join(place.folder, 'disk');
    mkdirSync(disk, { recursive: true });
    const run = [process.execPath, bin, join(disk, 'app'), ...words].map((word) => `'${word}'`);
    const script = `mount -t tmpfs -o ${options} tmpfs '${disk}' && cd '${disk}' && ${before}
      ${run.join(' ')}; code=$?; ls -AR '${disk}'; exit $code`;
    const { code, stdout, stderr } = await runProgram(['unshare', '--mount', 'sh', '-c', script], {
      cwd: place.folder,
      env: place.env,
    });
    return { code, stderr, listing: stdout.replaceAll(disk, '') };
  }

  it.each([
    ['is full', 'size=100k', 'the disk is full (ENOSPC)'],
    ['cannot hold more files', 'size=10m,nr_inodes=30', 'the disk is full (ENOSPC)'],
  ])('that %s is left unchanged', async (_what, options, reason) => {
    const { code, stderr, listing } = await runOn(options);
    expect(code).toBe(2);
    expect(stderr).toContain(`app cannot be used: ${reason}.\n  Free some space, or choose`);
    expect(listing).toBe(':');
  });

  it('that is full keeps the files of a target', async () => {
    const before = "mkdir app && printf mine >app/notes.txt && printf '{}' >app/package.json";
    const { code, listing } = await runOn('size=120k', before);
    expect(code).toBe(2);
    expect(listing).toBe(':\napp\n\n/app:\nnotes.txt\npackage.json');
  });

  it('that is read-only is refused', async () => {
    const { code, stderr, listing } = await runOn('size=1m', 'mount -o remount,ro .');
    expect(code).toBe(2);
    expect(stderr).toContain('app cannot be used: the file system is read-only (EROFS).');
    expect(listing).toBe(':');
  });

  it('that is the target itself gets the project', async () => {
    const disk = join(place.folder, 'disk', 'app');
    mkdirSync(disk, { recursive: true });
    const script = `mount -t tmpfs -o size=5m tmpfs '${disk}'
      '${process.execPath}' '${bin}' '${disk}' ${words.join(' ')} >&2; echo $?; ls -A '${disk}'`;
    const { stdout, stderr } = await runProgram(['unshare', '--mount', 'sh', '-c', script], {
      cwd: place.folder,
      env: place.env,
    });
    expect(stdout, stderr).toMatch(/^0\n[^]*package\.json/);
    expect(stdout).not.toContain('.create-fastify-wss-');
  });
});

describe('two runs at once into one target', () => {
  it('leave the complete project of one of them, and refuse the other', async () => {
    const run = (folder: string, port: number) =>
      cli(['app', ...words, '--port', String(port)], { cwd: folder, env: place.env });
    const whole = async (port: number) => {
      const folder = join(place.folder, `whole-${port}`);
      mkdirSync(folder);
      await run(folder, port);
      return treeOf(folder);
    };
    const wholes = [await whole(4001), await whole(4002)];
    for (let round = 0; round < 12; round += 1) {
      const folder = join(place.folder, `round-${round}`);
      mkdirSync(folder);
      const ended = await Promise.all([run(folder, 4001), run(folder, 4002)]);
      expect(ended.map(({ code }) => code).toSorted()).toEqual([0, 2]);
      const winner = ended.findIndex(({ code }) => code === 0);
      expect(treeOf(folder)).toEqual(wholes[winner]);
      expect(ended[1 - winner]?.stderr).toMatch(/already has files|Another program has written/);
    }
    expect(readdirSync(place.folder)).toContain('round-11');
  });
});
