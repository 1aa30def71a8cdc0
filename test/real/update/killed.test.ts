import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomOf } from '../../fuzz/random.js';
import { bin } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { sampleOf, seed } from '../../support/sample.js';
import { sandbox } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';
import { commitProject, git, trackedFiles, updateHere } from '../../support/updating.js';

const place = sandbox();
const flags = ['--redis', '--docker', '--cert-source', 'proxy'];
/** Moments of a run, as shares of the time it takes. */
const moments = sampleOf(
  Array.from({ length: 100 }, (_, run) => randomOf(seed, run).int(0, 1000) / 1000),
  25,
);
const known = { project: '', tookMs: 0, status: '', files: {} as Record<string, string> };

/** @returns a copy of the project */
function copy(name: string): string {
  const folder = join(place.folder, name);
  cpSync(known.project, folder, { recursive: true });
  return folder;
}

function statusOf(folder: string): string {
  return git(place, folder, 'status', '--short');
}

beforeAll(async () => {
  known.project = commitProject(place, join(place.folder, 'original'), { answers: answersOf({}) });
  const whole = copy('whole');
  const start = performance.now();
  await updateHere(place, whole, ...flags);
  known.tookMs = performance.now() - start;
  known.status = statusOf(whole);
  known.files = trackedFiles(place, whole);
});
afterAll(() => place.remove());

/** Starts an update, and kills it with the programs that it runs. */
async function killAt(folder: string, moment: number): Promise<void> {
  const child = spawn(process.execPath, [bin, 'update', ...flags], {
    cwd: folder,
    env: place.env,
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(child, 'exit');
  await sleep(known.tookMs * (0.5 + 0.55 * moment));
  try {
    process.kill(-Number(child.pid), 'SIGKILL');
  } catch {
    // It has just ended.
  }
  const [, signal] = await ended;
  // Adapts to the load of the machine: most runs should be killed, and some should end.
  known.tookMs *= signal === 'SIGKILL' ? 1.02 : 0.9;
}

function isInterrupted(folder: string): boolean {
  return existsSync(join(folder, '.git/create-fastify-wss-update.json'));
}

/** What a killed run has left. */
function stateOf(folder: string): 'untouched' | 'halfway' | 'whole' {
  if (isInterrupted(folder)) {
    return 'halfway';
  }
  return statusOf(folder) === '' ? 'untouched' : 'whole';
}

/** @returns the files outside of .git, without staging */
function filesIn(folder: string): Record<string, string> {
  const all = Object.entries(treeOf(folder));
  return Object.fromEntries(all.filter(([path]) => !/^\.(git|create-fastify-wss-\d)/.test(path)));
}

it('completes at the next call, or changes nothing, when it is killed at random moments', async () => {
  const tally = { untouched: 0, halfway: 0, whole: 0 };
  for (const [run, moment] of moments.entries()) {
    const folder = copy(String(run));
    await killAt(folder, moment);
    const state = stateOf(folder);
    tally[state] += 1;
    const wanted = filesIn(state === 'untouched' ? known.project : folder);
    expect(filesIn(folder)).toEqual(wanted);
    const next = state === 'whole' ? { code: 0 } : await updateHere(place, folder, ...flags);
    expect(next, `killed at ${moment}`).toMatchObject({ code: 0 });
    expect(statusOf(folder)).toBe(known.status);
    expect(trackedFiles(place, folder)).toEqual(known.files);
  }
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  expect(tally.untouched, JSON.stringify(tally)).toBeGreaterThan(0);
});
