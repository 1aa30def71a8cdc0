import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installCommand, packageManagers } from '../../../src/options/package-managers.js';
import { combinations } from '../../support/combinations.js';
import { fileOf, rendered } from '../../support/rendered.js';
import { commandsOf, scriptNamed, type Workflow } from '../../support/workflow.js';

const withActions = combinations.filter(([, { githubActions }]) => githubActions);

describe.each(withActions)('the workflow of %s', (_name, answers) => {
  const { packageManager, language } = answers;
  const files = rendered(answers);
  const text = fileOf(files, '.github/workflows/ci.yml');
  const workflow: Workflow = parse(text);
  const { test } = workflow.jobs;

  it('runs on each push and pull request, and may only read', () => {
    expect(Object.keys(workflow.on)).toEqual(['push', 'pull_request']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('pins each action to a commit, keeps no credentials and has a timeout', () => {
    const actions = test.steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.map((action) => action.split('@')[0])).toEqual([
      'actions/checkout',
      'actions/setup-node',
    ]);
    const pinned = text.match(/uses: [\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/gm);
    expect(pinned).toHaveLength(actions.length);
    expect(test.steps[0]?.with).toEqual({ 'persist-credentials': false });
    expect(test['timeout-minutes']).toBeLessThanOrEqual(30);
    expect(test).not.toHaveProperty('permissions');
  });

  it('runs on every Node.js on which the package manager installs the project', () => {
    const { strategy, steps } = test;
    expect(strategy['fail-fast']).toBe(false);
    expect(strategy.matrix.node).toEqual(packageManagers[packageManager].nodes);
    const setup = steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'));
    expect(setup?.with).toEqual({ 'node-version': '${{ matrix.node }}' });
    expect(text.match(/\{\{/g)).toHaveLength(1);
  });

  it('runs the project’s own scripts, the tests last', () => {
    const { scripts } = JSON.parse(fileOf(files, 'package.json'));
    const names = commandsOf(workflow).flatMap((line) => scriptNamed(line, packageManager) ?? []);
    const typescript = language === 'ts' ? ['check', 'build'] : [];
    expect(names).toEqual(['lint', ...typescript, 'test']);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('installs from the lockfile if there is one', () => {
    const { lockfile, frozen } = packageManagers[packageManager];
    // The services of workflows set CI, and Yarn 4 then creates no lockfile by itself.
    const install = installCommand(packageManager, { env: { CI: 'true' } }).join(' ');
    const line = `if [ -f ${lockfile} ]; then ${frozen.join(' ')}; else ${install}; fi`;
    const commands = commandsOf(workflow);
    expect(commands).toContain(line);
    const added = commands.filter((command) => command.startsWith('npm install --global '));
    expect(added).toHaveLength(packageManager === 'npm' ? 0 : 1);
    expect(commands.indexOf(added[0] ?? '')).toBeLessThan(commands.indexOf(line));
  });
});

describe.each(withActions)('the weekly update of %s', (_name, answers) => {
  const { packageManager } = answers;
  const text = fileOf(rendered(answers), '.github/workflows/update.yml');
  const { on, permissions, jobs } = parse(text);
  const { steps } = jobs.update;

  it('runs every week, and may write what a pull request needs', () => {
    expect(on.schedule).toEqual([{ cron: '30 5 * * 1' }]);
    const write = { contents: 'write', issues: 'write', 'pull-requests': 'write' };
    expect(permissions).toEqual(write);
  });

  it('pins each action to a commit, and has a timeout', () => {
    expect(text.match(/uses: [\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(2);
    expect(jobs.update['timeout-minutes']).toBeLessThanOrEqual(30);
  });

  it('has the package manager', () => {
    const added = steps.filter(({ run }: { run?: string }) => run?.startsWith('npm install'));
    expect(added).toHaveLength(packageManager === 'npm' ? 0 : 1);
  });
});
