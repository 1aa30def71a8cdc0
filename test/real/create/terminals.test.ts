import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { bin } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { processesIn } from '../../support/processes.js';
import { room } from '../../support/room.js';
import type { Environment } from '../../support/sandbox.js';
import type { Terminal } from '../../support/terminal.js';

const { sandbox, at, open } = room();

const run = (args: string[], env: Environment = {}, columns = 120): Promise<Terminal> => {
  // tmux sets its own TERM in a pane, so the variable is set afterwards.
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return open({ command: ['env', ...variables, process.execPath, bin, ...args], columns });
};

const first = 'Where should the project go?';
const quiet = ['app', '--yes', '--no-https', '--no-install', '--no-git'];

function idOfRun(): number {
  const words = (id: number) => readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  return processesIn(at()).find((id) => words(id)[1] === bin) ?? Number.NaN;
}

describeWith(['tmux'], 'an open question', () => {
  const shell = (call: string): string[] => ['sh', '-c', call];
  const call = `${quoteCommand([process.execPath, bin])}; echo "$?" >"$HOME/code"`;
  const codeFile = (): string => join(sandbox().home, 'code');
  const code = (): string =>
    existsSync(codeFile()) ? readFileSync(codeFile(), 'utf8').trim() : '';

  it.each([
    ['SIGTERM', '143'],
    ['SIGINT', '130'],
  ] as const)('ends on %s and restores the terminal', async (signal, expected) => {
    const terminal = await open({
      command: shell(`stty -a >"$HOME/before"; ${call}; stty -a >"$HOME/after"; exec sleep 60`),
    });
    await terminal.waitFor(first);
    process.kill(idOfRun(), signal);
    await expect.poll(code, { timeout: 10_000 }).toBe(expected);
    expect(await terminal.waitFor('Cancelled.')).toContain('Cancelled. Nothing was written.');
    expect(await terminal.cursorVisible()).toBe(true);
    const settings = ['before', 'after'].map((name) => join(sandbox().home, name));
    await expect.poll(() => settings.every((path) => existsSync(path))).toBe(true);
    const [before, after] = settings.map((path) => readFileSync(path, 'utf8'));
    expect(after).toBe(before);
    expect(readdirSync(at())).toEqual([]);
  });

  it('ends with its terminal', async () => {
    const terminal = await open({ command: shell(`trap "" HUP; ${call}`) });
    await terminal.waitFor(first);
    const id = idOfRun();
    await terminal.close();
    await expect.poll(code, { timeout: 10_000 }).toBe('129');
    expect(existsSync(`/proc/${id}`)).toBe(false);
    expect(readdirSync(at())).toEqual([]);
  });

  it('ends on Ctrl-D like on Ctrl-C', async () => {
    const terminal = await run([]);
    await terminal.waitFor(first);
    await terminal.press('C-d');
    expect(await terminal.ended()).toBe(130);
    expect(await terminal.screen()).toContain('Cancelled. Nothing was written.');
  });

  it('asks the first question again on Escape', async () => {
    const terminal = await run(['app']);
    await terminal.waitFor('Which language?');
    await terminal.press('Escape');
    await terminal.waitFor(/■ +Which language\?[^]*◆ +Which language\?/);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(readdirSync(at())).toEqual([]);
  });
});

describeWith(['tmux'], 'a terminal in which no one answers', () => {
  it.each([
    [{ CI: 'true' }, 'CI is set'],
    [{ CI: '1' }, 'CI is set'],
    [{ TERM: 'dumb' }, 'TERM is dumb'],
  ])('gets no question, with %j', async (env, why) => {
    const terminal = await run(['app'], env);
    expect(await terminal.ended()).toBe(2);
    const screen = await terminal.screen();
    expect(screen).toContain(`There are no prompts: ${why}. Pass --yes to use the defaults.`);
    expect(screen).toContain('--language, --https, --cert-source, --origins');
    expect(screen).not.toMatch(/[◆◇]/);
  });

  it('gets the message that --answers - does not read a terminal', async () => {
    const terminal = await run(['app', '--yes', '--answers', '-']);
    expect(await terminal.ended()).toBe(2);
    expect(await terminal.screen()).toContain(
      '✗ The answers file cannot be read: stdin is a terminal.\n' +
        '  Pass its path, or pipe it: --answers - < FILE.',
    );
  });

  it('gets a question if CI is false', async () => {
    const terminal = await run([], { CI: 'false' });
    expect(await terminal.waitFor(first)).toContain('fastify-wss-app');
  });
});

describeWith(['tmux'], 'colours in a terminal', () => {
  const escape = '\u001B[';

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    [{ TERM: 'dumb' }, false],
  ])('with %j: %s', async (env, coloured) => {
    const terminal = await run(quiet, env);
    expect(await terminal.ended()).toBe(0);
    expect((await terminal.styled()).includes(escape)).toBe(coloured);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
  ])('of questions with %j: %s', async (env, coloured) => {
    const terminal = await run([], env);
    await terminal.waitFor(first);
    const sequences = (await terminal.styled()).split(escape).slice(1);
    // The cursor block is not a colour: it is shown by inversion.
    const colours = sequences.filter((sequence) => !/^(0|7|27)?m/.test(sequence));
    expect(colours.length > 0).toBe(coloured);
  });
});

describeWith(['tmux'], 'a terminal of 60 columns', () => {
  it.each([
    [
      ['app', '--yes', '--no-install', '--no-git', '--metrics'],
      /^✓ Wrote \d+ files in app \(TypeScript, HTTPS with a\n {2}development certificate, \w+\)\n/m,
    ],
    [['app', '--yes', '--port', '7'.repeat(40)], /^✗ --port: "7{40}" is not\n {2}\w+/m],
    [['certs', '--yes'], /^ {2}. System .* curl, openssl, git, wget,\n {6}GNOME Web\n/m],
  ])('gets sentences that are broken between words: %j', async (args, expected) => {
    const terminal = await run(args, {}, 60);
    await terminal.ended();
    expect(await terminal.screen()).toMatch(expected);
  });
});

describe.each([20, 40])('in a terminal of %i columns', (columns) => {
  describeWith(['tmux'], 'a run', () => {
    it('prints what it did and the next steps', async () => {
      const done = await run(quiet, {}, columns);
      expect(await done.ended()).toBe(0);
      const lines = (await done.screen()).split('\n');
      expect(lines).toContain('  npm run dev');
    });

    it('can be answered', async () => {
      const terminal = await run(['app', '--no-https', '--no-install', '--no-git'], {}, columns);
      await terminal.waitFor('language');
      await terminal.press('Down', 'Enter');
      await terminal.waitFor('connect');
      await terminal.press('Enter');
      await terminal.waitFor('extras');
      await terminal.press('Enter');
      expect(await terminal.ended()).toBe(0);
      expect(readdirSync(at('app/src'))).toContain('server.js');
    });
  });
});
