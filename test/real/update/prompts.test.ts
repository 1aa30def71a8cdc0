import { expect, it } from 'vitest';
import { bin } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { describeWith } from '../../support/needs.js';
import { room } from '../../support/room.js';
import type { Terminal } from '../../support/terminal.js';
import { commitProject, git } from '../../support/updating.js';

const { sandbox, at, open } = room();
const question = 'Which extras should the project have?';

/** Starts an update in a new project, at a terminal. */
async function start(...args: string[]): Promise<Terminal> {
  commitProject(sandbox(), at(), { answers: answersOf({ docker: true }) });
  return open({ command: [process.execPath, bin, 'update', ...args] });
}

function statusOf(): string {
  return git(sandbox(), at(), 'status', '--short');
}

describeWith(['tmux'], 'update at a terminal', () => {
  it('shows the extras that the project has, and Enter keeps them', async () => {
    const terminal = await start();
    expect(await terminal.waitFor(question)).toMatch(/◻ Redis[^]*◼ Docker/);
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain('Nothing to do.');
  });

  it('lists what is lost before it takes an extra away, and asks about the install', async () => {
    const terminal = await start();
    await terminal.waitFor(question);
    // Redis is added, Docker is taken away.
    await terminal.press('Down', 'Space', 'Down', 'Down', 'Down', 'Space', 'Enter');
    expect(await terminal.waitFor('Remove these files?')).toMatch(/Removes\n +\.dockerignore\n/);
    expect(statusOf()).toBe('');
    await terminal.press('Enter');
    await terminal.waitFor('Install the packages?');
    await terminal.type('n');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toMatch(/Next\n +npm install\n/);
    expect(statusOf()).toMatch(/^D {2}Dockerfile$/m);
  });

  it('writes nothing if that is refused', async () => {
    const terminal = await start('--no-docker');
    await terminal.waitFor('Remove these files?');
    await terminal.type('n');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain('Nothing was written.');
    expect(statusOf()).toBe('');
  });

  it('writes nothing after Ctrl-C at a question', async () => {
    const terminal = await start();
    await terminal.waitFor(question);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(statusOf()).toBe('');
  });

  it('asks nothing with --yes', async () => {
    const terminal = await start('--yes', '--no-docker');
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).not.toContain('?');
    expect(statusOf()).toMatch(/^D {2}Dockerfile$/m);
  });
});
