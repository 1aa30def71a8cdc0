import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, cli } from '../../support/cli.js';
import { randomOf } from '../../fuzz/random.js';
import { sandbox } from '../../support/sandbox.js';
import { sampleOf, seed } from '../../support/sample.js';
import { treeOf } from '../../support/tree.js';

const place = sandbox();
const words = ['app', '--yes', '--no-https', '--no-install', '--no-git', '--overwrite'];
/** Moments of a run, as shares of the time it takes. */
const moments = sampleOf(
  Array.from({ length: 100 }, (_, run) => randomOf(seed, run).int(0, 1000) / 1000),
  40,
);
const known: { whole: Record<string, string>; tookMs: number } = { whole: {}, tookMs: 0 };

const old = { 'package.json': '{}', '.env': 'MINE=1', 'notes.txt': 'mine' };

function folderWith(target: string, name: string): string {
  const folder = join(place.folder, `${target}-${name}`);
  mkdirSync(folder);
  if (target === 'occupied') {
    mkdirSync(join(folder, 'app'));
    for (const [path, contents] of Object.entries(old)) {
      writeFileSync(join(folder, 'app', path), contents);
    }
  }
  return folder;
}

/** Starts a run and kills it. Most runs are killed in their second half. */
async function killAt(folder: string, moment: number): Promise<'killed' | 'ended'> {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: folder,
    env: place.env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await sleep(known.tookMs * (0.3 + 0.8 * moment));
  child.kill('SIGKILL');
  const [, signal] = await ended;
  const outcome = signal === 'SIGKILL' ? 'killed' : 'ended';
  // Adapts to the load of the machine: most runs should be killed, and some should end.
  known.tookMs *= outcome === 'killed' ? 1.02 : 0.9;
  return outcome;
}

function isOurs(path: string): boolean {
  return path.includes('.create-fastify-wss-');
}

/** Expects each file to be absent, old or complete, and nothing else to have changed. */
function expectPromise(before: Record<string, string>, folder: string): void {
  const after = treeOf(folder);
  for (const [path, entry] of Object.entries(after)) {
    const allowed = [before[path], known.whole[path]];
    expect(isOurs(path) || allowed.includes(entry), `${folder}: ${path}`).toBe(true);
  }
  expect(Object.keys(before).filter((path) => !(path in after))).toEqual([]);
}

beforeAll(async () => {
  const folder = folderWith('absent', 'whole');
  await cli(words, { cwd: folder, env: place.env });
  known.whole = treeOf(folder);
  const start = performance.now();
  await cli([...words, '--dry-run'], { cwd: folder, env: place.env });
  await cli(words, { cwd: folderWith('absent', 'timed'), env: place.env });
  known.tookMs = (performance.now() - start) / 2;
});
afterAll(() => place.remove());

describe.each(['absent', 'occupied'])('a run into a target that is %s', (target) => {
  it('leaves no partial file when it is killed at random moments', async () => {
    const tally = { killed: 0, ended: 0 };
    for (const [run, moment] of moments.entries()) {
      const folder = folderWith(target, String(run));
      const before = treeOf(folder);
      tally[await killAt(folder, moment)] += 1;
      expectPromise(before, folder);
      const isWhole = Object.keys(known.whole).every((path) => path in treeOf(folder));
      const isThere = readdirSync(folder).includes('app');
      expect(target === 'occupied' || isWhole === isThere, `killed at ${moment}`).toBe(true);
      const second = await cli(words, { cwd: folder, env: place.env });
      expect(second, `killed at ${moment}`).toMatchObject({ code: 0, stderr: '' });
      expect(treeOf(folder)).toEqual({ ...before, ...known.whole });
    }
    // Moments at which nothing can go wrong would prove nothing.
    expect(tally.killed).toBeGreaterThan(moments.length / 2);
  });
});
