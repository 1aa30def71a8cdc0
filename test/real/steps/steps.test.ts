import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { findProgram } from '../../../src/io/programs.js';
import { bin, cli } from '../../support/cli.js';
import { fakeInstall } from '../../support/fake-npm.js';
import { describeWith } from '../../support/needs.js';
import { processesIn } from '../../support/processes.js';
import { room } from '../../support/room.js';
import { identity, type Environment } from '../../support/sandbox.js';

const { sandbox, at, open } = room();

/** A program that hangs if its first argument is the one at which the run should hang. */
function hanging(name: string, real: string): void {
  const script = `case "${name} $1" in "$HANG_AT") touch "$HOME/hangs"; sleep 60;; esac\n${real}`;
  const path = join(sandbox().home, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/**
 * An environment in which each program of the steps can hang. Otherwise all except npm do their
 * work.
 */
function environmentThatHangsAt(step: string): Environment {
  const { home, env } = sandbox();
  mkdirSync(join(home, 'bin'));
  hanging('mkcert', `exec ${findProgram('mkcert')} "$@"`);
  hanging('git', `exec ${findProgram('git')} "$@"`);
  hanging('npm', fakeInstall);
  const path = `${join(home, 'bin')}:${env['PATH'] ?? ''}`;
  return { ...env, ...identity, PATH: path, HANG_AT: step };
}

/** The commands of the steps, in their order, and where each of them hangs. */
const steps: [string, string][] = [
  ['mkcert -install', 'mkcert -install'],
  ['mkcert -ecdsa', 'mkcert -ecdsa -cert-file certs/cert.pem'],
  ['npm install', 'npm install'],
  ['git init', 'git init --quiet'],
  ['git add', 'git add --all'],
  ['git commit', "git commit --quiet -m 'Initial commit'"],
  ['npm run', ''],
];

describeWith(['tmux', 'mkcert', 'git'], 'Ctrl-C in a step', () => {
  it.each(steps)(
    '%s keeps the project, prints the remaining steps, and a second run continues',
    async (hangsAt, left) => {
      const { home } = sandbox();
      const environment = environmentThatHangsAt(hangsAt);
      const terminal = await open({ command: [findProgram('sh') ?? 'sh'], env: environment });
      const words = ['app', '--yes', '--language', 'js', '--mkcert-install', '--verify'];
      const call = quoteCommand([process.execPath, bin, ...words]);
      await terminal.type(`stty -a >"$HOME/before"; ${call}; echo "exit=$?"`);
      await terminal.press('Enter');
      await expect.poll(() => existsSync(join(home, 'hangs')), { timeout: 20_000 }).toBe(true);
      await terminal.press('C-c');
      const screen = await terminal.waitFor(/exit=\d/);
      expect(screen).toContain('exit=130');
      expect(screen).toContain(
        '! Stopped by SIGINT. The project is kept. Run the remaining commands.',
      );

      const next = screen.slice(screen.indexOf('\nNext\n'));
      const commands = steps.map(([, command]) => command).filter((command) => command !== '');
      const from = left === '' ? commands.length : commands.indexOf(left);
      for (const [index, command] of commands.entries()) {
        expect(next.includes(`  ${command}`), command).toBe(index >= from);
      }
      expect(next).toContain('  npm run dev\n');
      expect(readdirSync(at())).toEqual(['app']);
      expect(readdirSync(at('app')).filter((name) => /create-fastify-wss-/.test(name))).toEqual([]);
      expect(JSON.parse(readFileSync(at('app/package.json'), 'utf8')).name).toBe('app');
      await expect.poll(() => processesIn(at('app')), { timeout: 10_000 }).toEqual([]);

      const env = { ...environment, HANG_AT: '' };
      const again = await cli(words.slice(0, -1), { cwd: at(), env });
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(readdirSync(at('app'))).toContain('.git');

      await terminal.type('stty -a >"$HOME/after"; echo "still $((1 + 1))"');
      await terminal.press('Enter');
      await terminal.waitFor('still 2');
      expect(await terminal.cursorVisible()).toBe(true);
      const [before, after] = ['before', 'after'].map((name) =>
        readFileSync(join(home, name), 'utf8'),
      );
      expect(after).toBe(before);
    },
  );
});

describeWith(['tmux'], 'a long step', () => {
  it('shows its last line in a terminal', async () => {
    const { home, env } = sandbox();
    mkdirSync(join(home, 'bin'));
    const path = join(home, 'bin', 'npm');
    const long = 'x'.repeat(300);
    const lines = `echo first; sleep 0.2; echo "fetching ${long}"; touch "$HOME/hangs"; sleep 60`;
    writeFileSync(path, `#!/bin/sh\n[ "$1" = config ] && exit\n${lines}\n`);
    chmodSync(path, 0o755);
    const command = [process.execPath, bin, 'app', '--yes', '--no-git', '--no-https'];
    const terminal = await open({
      command,
      env: { ...env, PATH: `${join(home, 'bin')}:${env['PATH'] ?? ''}` },
    });
    await terminal.waitFor('… Installing the dependencies with npm: fetching xxx');
    await terminal.press('C-c');
    const screen = await terminal.waitFor('Stopped by SIGINT');
    expect(screen).not.toContain('xxx');
  });
});
