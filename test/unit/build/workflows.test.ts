import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../../package.json' with { type: 'json' };
import { combinations } from '../../support/combinations.js';
import { root } from '../../support/cli.js';
import { rendered } from '../../support/rendered.js';
import { workflowLinter } from '../../support/workflow-linter.js';

interface Job {
  uses?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  strategy?: { matrix: Record<string, unknown[]> };
  steps?: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}

const folder = join(root, '.github/workflows');
const own = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

/** The workflows of projects, each text once. */
const ofProjects = new Map(
  combinations
    .flatMap(([, answers]) => rendered(answers))
    .filter(({ path }) => path.startsWith('.github/workflows/'))
    .map(({ path, contents }) => [contents, path]),
);

const faultsIn = await workflowLinter();

describe.each(own)('the workflow %s', (file, text = '') => {
  const { permissions, jobs }: { permissions: object; jobs: Record<string, Job> } = parse(text);
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  it('is valid for GitHub', async () => {
    expect(await faultsIn(text)).toEqual([]);
  });

  it('pins each action to a commit, with its version', () => {
    const used = text.match(/uses: (?!\.\/)/g) ?? [];
    const pinned = text.match(/uses: [\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/gm);
    expect(pinned).toHaveLength(used.length);
  });

  it('may only read, except in jobs that need one right more', () => {
    expect(permissions).toEqual({ contents: 'read' });
    const rights = Object.entries(jobs).flatMap(([job, { permissions: given = {} }]) =>
      Object.entries(given).map((right) => [job, ...right].join(' ')),
    );
    const expected = ['publish id-token write', 'announce contents write'];
    expect(rights).toEqual(file === 'release.yml' ? expected : []);
  });

  it('keeps no credentials in the work tree, and ends', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with)).toEqual(
      checkouts.map(() => ({ 'persist-credentials': false })),
    );
    const endless = Object.values(jobs).filter(
      (job) => job.uses === undefined && job['timeout-minutes'] === undefined,
    );
    expect(endless).toEqual([]);
  });

  it('gets values into its shell only through variables', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('only runs scripts that exist', () => {
    const lines = steps.flatMap(({ run }) => run?.split('\n') ?? []);
    const names = lines.flatMap((line) => /^npm run (?:--silent )?(\w+)/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

it('CI runs on every system and every supported release of Node.js', () => {
  const { jobs } = parse(readFileSync(join(folder, 'ci.yml'), 'utf8'));
  expect(jobs.project.strategy.matrix).toEqual({
    system: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24, 26],
  });
});

it.each([...ofProjects].map(([text, path]) => [path, text]))(
  'the workflow %s of a project is valid for GitHub',
  async (_path, text = '') => {
    expect(await faultsIn(text)).toEqual([]);
  },
);

it('faults in workflows are found', async () => {
  const ci = readFileSync(join(folder, 'ci.yml'), 'utf8');
  const broken = ci
    .replace('contents: read', 'content: read')
    .replace('matrix.node }}', 'matrix.nodes }}')
    .replace('timeout-minutes: 120', 'timeout: 120');
  expect(await faultsIn(broken)).toEqual([
    'line 35: Context access might be invalid: nodes',
    "line 13: Unexpected value 'content'",
    "line 49: Unexpected value 'timeout'",
  ]);
});
