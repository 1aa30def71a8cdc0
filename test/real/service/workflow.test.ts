import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../support/cli.js';
import { create, type Project } from '../../support/project.js';
import { sandbox } from '../../support/sandbox.js';
import { commandsOf } from '../../support/workflow.js';

const place = sandbox();
afterAll(() => place.remove());

/** Runs a line like a step of a workflow: in a shell that ends at the first failure. */
async function step({ folder, env }: Project, line: string): Promise<void> {
  const command = ['sh', '-e', '-c', line];
  const { code, stdout, stderr } = await runProgram(command, {
    cwd: folder,
    env: { ...env, CI: 'true', GITHUB_ACTIONS: 'true' },
  });
  expect(code, `${line}\n${stdout}\n${stderr}`).toBe(0);
}

describe('the workflow of a project, as GitHub runs it', () => {
  const made: { project?: Project; commands: string[] } = { commands: [] };
  beforeAll(async () => {
    const flags = ['--github-actions', '--no-install', '--no-git'];
    const project = await create({ sandbox: place, way: 'insecure', language: 'ts', flags });
    const path = join(project.folder, '.github/workflows/ci.yml');
    made.commands = commandsOf(parse(readFileSync(path, 'utf8')));
    made.project = project;
  });

  it('passes, and also installs from the lockfile that it created', async () => {
    const { project, commands } = made;
    if (project === undefined) {
      throw new Error('The project was not made.');
    }
    expect(commands).toHaveLength(5);
    const [install = '', ...checks] = commands;
    for (const command of [install, install, ...checks]) {
      await step(project, command);
    }
  });
});
