import { generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseArguments } from '../../support/arguments.js';
import { resolve } from '../../../src/options/resolve.js';
import type { OptionName } from '../../../src/options/answers.js';
import { options, questionsOf, type Option } from '../../../src/options/options.js';
import { quoteCommand } from '../../../src/core/quote.js';
import { findProgram } from '../../../src/io/programs.js';
import { bin, cli, runProgram } from '../../support/cli.js';
import { extraNames, noExtras } from '../../support/combinations.js';
import { describeWith } from '../../support/needs.js';
import { room } from '../../support/room.js';
import { sandbox as otherSandbox, type Environment } from '../../support/sandbox.js';
import type { Terminal } from '../../support/terminal.js';

const { sandbox, at, open } = room();
const program = (args: string[]): string[] => [process.execPath, bin, ...args];

/** A PATH with only npm and these programs: each test decides whether mkcert is installed. */
function only(programs: Record<string, string | undefined>): Environment {
  const folder = join(sandbox().home, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const [name, target] of Object.entries({ npm: process.execPath, ...programs })) {
    symlinkSync(target ?? 'missing', join(folder, name));
  }
  return { ...sandbox().env, PATH: folder };
}

const ask = (args: string[]): Promise<Terminal> => open({ command: program(args), env: only({}) });

/** Text after a prompt symbol, with any line breaks. */
function marked(mark: string, text: string): RegExp {
  const words = text.split(' ').map((word) => word.replaceAll(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`${mark} +${words.join(String.raw`[│\s]+`)}`, 'g');
}

const messageOf = ({ question, name }: Option): string => question?.message ?? name;
/** The first row of each question. */
const firstRows = (rows: Option[]): Option[] => questionsOf(rows).flatMap(([first]) => first ?? []);
const active = (option: Option): RegExp => marked('◆', messageOf(option));

/** The questions, in order, if mkcert is installed and Enter is the answer to all. */
function gapsWith(args: string[]): Option[] {
  const { flags } = parseArguments(args);
  const flag = flags.certSource === undefined ? flags : { https: true, ...flags };
  const world = { packageManager: 'npm', mkcert: true, trusted: false } as const;
  return firstRows(resolve({ flag, file: {}, asked: {} }, world).gaps);
}

/** Presses Enter until a question appears. */
async function reach(terminal: Terminal, wanted: OptionName, args: string[]): Promise<void> {
  for (const gap of gapsWith(args)) {
    await terminal.waitFor(active(gap));
    if (gap.name === wanted) {
      return;
    }
    await terminal.press('Enter');
  }
  throw new Error(`${wanted} is not asked.`);
}

/** Answers like a person: waits for the question, then presses or types. */
async function answer(terminal: Terminal, question: string, ...keys: string[]): Promise<void> {
  await terminal.waitFor(marked('◆', question));
  await terminal.press(...keys);
}

function contentsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = entries.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(
    files.map((path) => {
      const { mode } = statSync(join(folder, path));
      return [`${path} ${mode.toString(8)}`, readFileSync(join(folder, path), 'utf8')];
    }),
  );
}

const extras = 'Which extras?';
const certificate = 'Where does the certificate for https:// and wss:// come from?';
const start = 'Install the packages and start it now?';

describeWith(['tmux'], 'questions in a terminal', () => {
  it('create the same project as the same answers in flags', async () => {
    const terminal = await ask(['--no-git']);
    await terminal.waitFor(marked('◆', 'Where should the project go?'));
    await terminal.type('app');
    await terminal.press('Enter');
    await answer(terminal, 'Which language?', 'Down', 'Enter');
    await answer(terminal, certificate, 'Down', 'Down', 'Enter');
    await answer(terminal, 'Which reverse proxy?', 'Down', 'Enter');
    await terminal.waitFor(marked('◆', 'Which domain does the proxy serve in production?'));
    await terminal.type('chat.example.com');
    await terminal.press('Enter');
    await answer(
      terminal,
      'Which web pages may connect? (their origins, comma-separated)',
      'Enter',
    );
    // Docker and GitHub Actions.
    const down = ['Down', 'Down', 'Down', 'Down', 'Space', 'Down', 'Down', 'Space'];
    await answer(terminal, extras, ...down, 'Enter');
    await answer(terminal, start, 'Left', 'Enter');
    expect(await terminal.ended(), await terminal.screen()).toBe(0);

    mkdirSync(at('flags'));
    const words =
      'app --language js --https --cert-source proxy --reverse-proxy nginx ' +
      '--domain chat.example.com --docker --github-actions --no-install --no-git --yes';
    const env = { ...sandbox().env, PATH: join(sandbox().home, 'bin') };
    const given = await cli(words.split(' '), { cwd: at('flags'), env });
    expect(given.code, given.stderr).toBe(0);
    // Each project has its own certificate.
    const pairs = ['app', 'flags/app'].flatMap((path) => [
      at(path, 'certs/key.pem'),
      at(path, 'certs/cert.pem'),
    ]);
    pairs.forEach((path) => writeFileSync(path, ''));
    expect(contentsOf(at('app'))).toEqual(contentsOf(at('flags/app')));
  });

  it('appear in the order of the table, and only for missing answers', async () => {
    const given = 'app --cert-source proxy --domain chat.example.com --no-install'.split(' ');
    const terminal = await ask([...given, '--dry-run']);
    await answer(terminal, 'Which language?', 'Enter');
    await answer(terminal, 'Which reverse proxy?', 'Enter');
    await answer(
      terminal,
      'Which web pages may connect? (their origins, comma-separated)',
      'Enter',
    );
    await answer(terminal, extras, 'Enter');
    expect(await terminal.ended()).toBe(0);
    const asked = [...(await terminal.screen()).matchAll(/^◇ +(.+)$/gm)].map(([, text]) => text);
    const questions = [
      'Which language?',
      'Which reverse proxy?',
      'Which web pages may connect? (their origins, comma-separated)',
      extras,
    ];
    expect(asked).toEqual(questions.map((question, index) => `${question} (${index + 1} of 4)`));
  });

  it('go back on Escape, keep earlier answers, and count what is left', async () => {
    const terminal = await ask(['app', '--dry-run', '--no-install', '--no-git']);
    await answer(terminal, 'Which language? (1 of 4)', 'Down', 'Enter');
    await answer(terminal, `${certificate} (2 of 4)`, 'Up', 'Enter');
    await answer(
      terminal,
      'Which web pages may connect? (their origins, comma-separated) (3 of 4)',
      'Escape',
    );
    const screen = await terminal.waitFor(marked('◆', `${certificate} (2 of 4)`));
    expect(screen).toContain('● none: plain http:// and ws://');
    await terminal.press('Escape');
    await terminal.waitFor(/◆ +Which language\?[^]*● JavaScript/);
    await terminal.press('Escape');
    // There is nothing before the first question.
    await terminal.waitFor(/(◆|■) +Which language\?[^]*◆ +Which language\?[^]*● JavaScript/);
    await terminal.press('Enter');
    await answer(terminal, certificate, 'Enter');
    await answer(terminal, 'Which web pages may connect?', 'Enter');
    await answer(terminal, extras, 'Enter');
    expect(await terminal.ended(), await terminal.screen()).toBe(0);
    expect(await terminal.screen()).toContain('src/server.js');
    expect(await terminal.screen()).toContain('Then open http://localhost:3000');
  });

  it('do not appear if everything is given', async () => {
    const given = 'app --language ts --no-https --origins http://localhost:3000 --no-install';
    const terminal = await ask([...given.split(' '), '--no-git', ...noExtras]);
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).not.toMatch(/[◆◇]/);
    expect(readdirSync(at())).toEqual(['app']);
  });

  it('list the extras that are not given, and accept none of them', async () => {
    const given = 'app --language ts --no-https --origins http://localhost:3000 --no-install';
    writeFileSync(at('team.json'), '{ "redis": false }');
    const args = [...given.split(' '), '--no-git', '--docker', '--answers', 'team.json'];
    const terminal = await ask([...args]);
    const screen = await terminal.waitFor(marked('◆', extras));
    expect(screen.match(/◻/g)).toHaveLength(extraNames.length - 2);
    expect(screen).toContain('◻ GitHub Actions: tests on each push');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const record = JSON.parse(readFileSync(at('app/.create-fastify-wss.json'), 'utf8'));
    expect(record.answers).toMatchObject({ redis: false, docker: true, githubActions: false });
  });
});

describeWith(['tmux'], 'existing files with other contents', () => {
  const given = 'app --language ts --no-https --origins http://localhost:3000 --no-install';
  const args = [...given.split(' '), '--no-git', ...noExtras];
  const mine = { 'app/src/app.ts': 'mine', 'app/notes.txt': 'notes', 'app/.env': 'MINE=1' };
  const question = marked('◆', 'What should happen to them?');

  beforeEach(() => {
    mkdirSync(at('app/src'), { recursive: true });
    for (const [path, contents] of Object.entries(mine)) {
      writeFileSync(at(path), contents);
    }
  });

  it('are listed, and replaced if the user agrees', async () => {
    const terminal = await ask(args);
    expect(await terminal.waitFor(question)).toMatch(/other contents[^]* \.env [^]* src\/app\.ts /);
    await terminal.press('Down', 'Enter');
    expect(await terminal.ended()).toBe(0);
    expect(readFileSync(at('app/notes.txt'), 'utf8')).toBe('notes');
    expect(readFileSync(at('app/src/app.ts'), 'utf8')).toContain('export');
  });

  it.each([
    [['Enter'], 0, ['app', 'app-2']],
    [['Up', 'Enter'], 2, ['app']],
    [['C-c'], 130, ['app']],
  ])('stay unchanged on %j', async (keys, code, folders) => {
    const before = contentsOf(at('app'));
    const terminal = await ask(args);
    await terminal.waitFor(question);
    await terminal.press(...keys);
    expect(await terminal.ended()).toBe(code);
    expect(contentsOf(at('app'))).toEqual(before);
    expect(readdirSync(at()).toSorted()).toEqual(folders);
  });

  it('are mentioned as soon as the directory is known', async () => {
    const terminal = await ask(['--dry-run', ...args.slice(1), '--no-git']);
    await terminal.waitFor(marked('◆', 'Where should the project go?'));
    await terminal.type('app');
    await terminal.press('Enter');
    await answer(terminal, 'app is not empty.', 'Escape');
    await terminal.waitFor(/app is not empty[^]*◆ +Where should the project go\?/);
    await terminal.type('app/');
    await terminal.press('Enter');
    await answer(terminal, 'app/ is not empty.', 'Enter');
    expect(await terminal.ended(), await terminal.screen()).toBe(0);
    expect(await terminal.screen()).toContain(at('app-2'));
  });

  it('cause no question with --overwrite', async () => {
    const terminal = await ask([...args, '--overwrite']);
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).not.toMatch(/[◆◇]/);
  });

  it('cause no question if something cannot be replaced', async () => {
    mkdirSync(at('app/package.json'));
    const terminal = await ask(args);
    expect(await terminal.ended()).toBe(2);
    expect(await terminal.screen()).toContain('  package.json\n');
  });
});

const toProxy = ['--cert-source', 'proxy'];
const toFiles = ['--cert-source', 'files'];

describeWith(['tmux'], 'an invalid answer', () => {
  const keys = otherSandbox();
  const key = join(keys.folder, 'key.pem');
  afterAll(() => keys.remove());
  beforeAll(() => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  });

  const cases: [OptionName, string[], string, string, string][] = [
    ['directory', [], 'con', 'Choose another name.', 'app'],
    ['domain', toProxy, 'https://chat.example.com', 'Write chat.example.com.', 'chat.example.com'],
    ['origins', [], 'https://a.test/', 'Write https://a.test.', 'https://a.test'],
    ['keyFile', toFiles, 'missing.pem', 'Pass the path of a PEM file.', key],
  ];
  it.each(cases)('to %s is refused when it is typed', async (name, args, wrong, said, right) => {
    const terminal = await ask(args);
    await reach(terminal, name, args);
    await terminal.press('C-u');
    await terminal.type(wrong);
    await terminal.press('Enter');
    await terminal.waitFor(said);
    expect(readdirSync(at())).toEqual([]);
    await terminal.press('C-u');
    await terminal.type(right);
    await terminal.press('Enter');
    await terminal.waitFor('◆');
    expect(await terminal.screen()).not.toContain(said);
  });
});

describeWith(['tmux'], 'a typed path', () => {
  it('that begins with ~ is in the home folder', async () => {
    const words = '--language js --no-https --origins http://localhost:3000 --no-install --no-git';
    const terminal = await ask([...words.split(' '), ...noExtras]);
    await terminal.waitFor(marked('◆', 'Where should the project go?'));
    await terminal.type('~/app');
    await terminal.press('Enter');
    expect(await terminal.ended(), await terminal.screen()).toBe(0);
    expect(readdirSync(join(sandbox().home, 'app'))).toContain('package.json');
    expect(readdirSync(at())).toEqual([]);
  });
});

describeWith(['tmux'], 'Ctrl-C', () => {
  const waysTo: Partial<Record<OptionName, string[]>> = {
    keyFile: toFiles,
    certFile: [...toFiles, '--key-file', 'key.pem'],
    reverseProxy: toProxy,
    domain: toProxy,
  };
  const asked = firstRows(options.filter(({ question }) => question !== undefined));

  it.each(asked.map(({ name }) => name))(
    'at %s leaves the folder and the terminal unchanged',
    async (name) => {
      const args = waysTo[name] ?? [];
      const { home } = sandbox();
      const env = only({ mkcert: process.execPath, stty: findProgram('stty') });
      const terminal = await open({ command: [findProgram('sh') ?? 'sh'], env });
      const call = quoteCommand(program(args));
      await terminal.type(`stty -a >"$HOME/before"; ${call}; echo "exit=$?"`);
      await terminal.press('Enter');
      await reach(terminal, name, args);
      await terminal.press('C-c');
      expect(await terminal.waitFor(/exit=\d/)).toContain('exit=130');
      expect(await terminal.screen()).toContain('Cancelled. Nothing was written.');
      expect(readdirSync(at())).toEqual([]);

      await terminal.type('stty -a >"$HOME/after"; echo "still $((1 + 1))"');
      await terminal.press('Enter');
      await terminal.waitFor('still 2');
      expect(await terminal.cursorVisible()).toBe(true);
      const after = readFileSync(join(home, 'after'), 'utf8');
      expect(after).toMatch(/\sicanon\s[^]*\secho\s/);
      expect(after).toBe(readFileSync(join(home, 'before'), 'utf8'));
    },
  );
});

describeWith(['tmux'], 'in a terminal of 60 columns', () => {
  const columns = 60;

  function expectUsable(screen: string, asked: Option[]): void {
    const tooLong = screen.split('\n').filter((line) => [...line].length > columns);
    expect(tooLong).toEqual([]);
    expect(screen.match(/[◆▲]/g)).toHaveLength(1);
    for (const option of asked) {
      // Twice would mean that an old screen was not cleared.
      expect(screen.match(marked('[◆◇▲]', messageOf(option)))).toHaveLength(1);
    }
  }

  it.each([[[]], [toProxy]])('every question fits, with %j', async (args) => {
    const terminal = await open({
      command: program([...args, '--dry-run']),
      env: only({ mkcert: process.execPath }),
      columns,
    });
    const gaps = gapsWith(args);
    for (const [index, gap] of gaps.entries()) {
      const asked = gaps.slice(0, index + 1);
      expectUsable(await terminal.waitFor(active(gap)), asked);
      await terminal.press('Down', 'Up');
      expectUsable(await terminal.waitFor(active(gap)), asked);
      await terminal.press('Enter');
      // oxlint-enable no-await-in-loop
    }
    expect(await terminal.ended()).toBe(0);
  });

  it('an error message fits, and disappears with its cause', async () => {
    const terminal = await open({
      command: program(['app', '--dry-run', ...toProxy]),
      env: only({}),
      columns,
    });
    const gaps = gapsWith(['app', ...toProxy]);
    const asked = gaps.slice(0, gaps.findIndex(({ name }) => name === 'domain') + 1);
    await reach(terminal, 'domain', ['app', ...toProxy]);
    await terminal.type(`https://${'chat.'.repeat(14)}example.com`);
    await terminal.press('Enter');
    expectUsable(await terminal.waitFor('is not a domain name.'), asked);
    await terminal.press('C-u');
    await terminal.type('chat.example.com');
    await terminal.press('Enter');
    const next = gaps[asked.length];
    expect(next?.name).toBe('origins');
    expectUsable(await terminal.waitFor('Which web pages'), gaps.slice(0, asked.length + 1));
  });
});

describe('mkcert -install', () => {
  const given = 'app --language ts --https --cert-source mkcert --no-install --no-git';
  const origins = ['--origins', 'https://localhost:3000', ...noExtras];
  const question = marked('◆', "Trust mkcert's CA on this machine?");

  describeWith(['tmux', 'mkcert', 'certutil'], 'if mkcert is installed', () => {
    it('is offered with the consequence of a No, and Enter means yes', async () => {
      const { home, env } = sandbox();
      const database = join(home, '.pki/nssdb');
      mkdirSync(database, { recursive: true });
      const certutil = (...args: string[]) =>
        runProgram(['certutil', ...args, '-d', `sql:${database}`], { cwd: at(), env });
      await certutil('-N', '--empty-password');
      const terminal = await open({ command: program([...given.split(' '), ...origins]), env });
      const screen = await terminal.waitFor(question);
      expect(screen).toMatch(/● Yes \/ ○ No/);
      expect(screen.replaceAll(/[│\s]+/g, ' ')).toContain('If No, your browser will warn.');
      await terminal.press('n');
      expect(await terminal.ended(), await terminal.screen()).toBe(0);
      expect(readdirSync(at('app/certs'))).toContain('cert.pem');
      expect((await certutil('-L')).stdout).not.toContain('mkcert');
    });
  });

  describeWith(['tmux', 'mkcert', 'certutil'], 'if the CA is trusted', () => {
    /** A run in a terminal, after an installation into only this browser database. */
    async function again(stores: string): Promise<Terminal> {
      const { home, env } = sandbox();
      mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
      const words = [...given.split(' '), ...origins];
      const installed = await cli([...words, '--yes', '--mkcert-install'], { cwd: at(), env });
      expect(installed.code, installed.stderr).toBe(0);
      return open({ command: program(words), env: { ...env, TRUST_STORES: stores } });
    }

    it('is not offered if nothing is left that it can change', async () => {
      const terminal = await again('nss');
      expect(await terminal.ended(), await terminal.screen()).toBe(0);
      expect(await terminal.screen()).not.toMatch(/[◆◇]/);
    });

    it('is offered if it can also change the system', async () => {
      const terminal = await again('system,nss');
      await terminal.waitFor(question);
      await terminal.press('C-c');
      expect(await terminal.ended()).toBe(130);
    });
  });

  describeWith(['tmux', 'mkcert', 'certutil'], 'that starts a program with a question', () => {
    it('leaves the terminal to the program, since sudo needs it for a password', async () => {
      const { home, env } = sandbox();
      const folder = join(home, 'bin');
      mkdirSync(folder);
      const lines = [
        '#!/bin/sh',
        'printf "[sudo] password: " >/dev/tty',
        'read -r password </dev/tty',
        'test "$password" = secret || exit 1',
        `exec ${findProgram('mkcert')} "$@"`,
      ];
      writeFileSync(join(folder, 'mkcert'), `${lines.join('\n')}\n`, { mode: 0o755 });
      const words = [...given.split(' '), ...origins, '--mkcert-install', '--yes'];
      const terminal = await open({
        command: program(words),
        env: { ...env, PATH: `${folder}:${env['PATH'] ?? ''}` },
      });
      // Once for the CA, once for the certificate.
      await terminal.waitFor(/password: *$/m);
      await terminal.type('secret');
      await terminal.press('Enter');
      const screen = await terminal.waitFor("✓ mkcert's CA added to the trust stores");
      expect(screen).toContain("… Adding mkcert's CA to the trust stores");
      await terminal.waitFor(/password: *\n*$/);
      await terminal.type('secret');
      await terminal.press('Enter');
      expect(await terminal.ended(), await terminal.screen()).toBe(0);
    });
  });

  describeWith(['tmux'], 'if mkcert is not installed', () => {
    it('is not offered', async () => {
      const terminal = await ask([...given.split(' '), ...origins]);
      expect(await terminal.ended()).toBe(0);
      expect(await terminal.screen()).not.toMatch(/[◆◇]/);
    });
  });
});
