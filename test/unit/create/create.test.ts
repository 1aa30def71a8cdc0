import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, cli, root, runProgram, type Ended } from '../../support/cli.js';
import { extraFlags } from '../../support/combinations.js';
import { sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const quiet = ['--yes', '--no-https', '--no-install', '--no-git'];

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

function run(args: string[], env: Environment = {}): Promise<Ended> {
  return cli(args, { cwd: at(), env: { ...place.sandbox.env, ...env } });
}

function contentsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = entries.filter((path) => statSync(join(folder, path)).isFile()).toSorted();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

describe('a run with every answer', () => {
  it('renders the project, with exit code 0 and an empty stderr', async () => {
    const { code, stdout, stderr } = await run(['app', ...quiet]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'cd app\n  npm install\n  npm run dev\nThen open http://localhost:3000',
    );
    expect(readdirSync(at())).toEqual(['app']);
  });

  it('writes the same bytes twice, in any folder', async () => {
    await run(['app', ...quiet]);
    mkdirSync(at('other'));
    await run(['other/app', ...quiet]);
    expect(contentsOf(at('app'))).toEqual(contentsOf(at('other/app')));
  });

  it('reports the second time that there is nothing to do', async () => {
    await run(['app', ...quiet]);
    const again = await run(['app', ...quiet]);
    expect(again).toEqual({ code: 0, stdout: 'Nothing to do.', stderr: '' });
    // A clone may lie in a folder with another name than the project.
    renameSync(at('app'), at('My Clone'));
    const moved = await run(['My Clone', ...quiet]);
    expect(moved).toEqual({ code: 0, stdout: 'Nothing to do.', stderr: '' });
  });

  it('takes answers from a file, and flags override them', async () => {
    writeFileSync(at('team.json'), '{"language":"js","port":4000,"certSource":"mkcert"}');
    const { code, stderr } = await run([
      'app',
      ...quiet,
      '--answers',
      'team.json',
      '--port',
      '5000',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('--cert-source is ignored: it has no effect with --no-https.');
    expect(contentsOf(at('app'))['.env']).toContain('PORT=5000');
    expect(Object.keys(contentsOf(at('app')))).toContain('src/server.js');
  });

  it('gives the package a name that npm allows, and says so', async () => {
    const { stderr, code } = await run(["My App's $HOME", ...quiet]);
    expect(code).toBe(0);
    expect(stderr).toContain('The package is named "my-app-s-home"');
    expect(JSON.parse(readFileSync(at("My App's $HOME", 'package.json'), 'utf8')).name).toBe(
      'my-app-s-home',
    );
  });

  it('works in the current directory beside other files', async () => {
    writeFileSync(at('notes.txt'), 'mine');
    expect((await run(['.', ...quiet])).code).toBe(0);
    expect(contentsOf(at())).toMatchObject({ 'notes.txt': 'mine' });
    expect(contentsOf(at())['package.json']).toContain('"name": "work"');
  });
});

describe('a folder in which scripts fail', () => {
  it.each(['a:b', 'a?b', 'a*b', 'a\\b'])('%s causes a warning above a project', async (name) => {
    mkdirSync(at(name));
    const dry = ['app', '--yes', '--no-git', '--no-install', '--dry-run', '--json'];
    const { code, stdout } = await cli(dry, { cwd: at(name), env: place.sandbox.env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).warnings).toContainEqual(
      expect.stringContaining(`The parent folder "${name}" contains`),
    );
  });

  it.each(['a:b', 'a|b', 'aux'])('%s is refused as the current folder', async (name) => {
    mkdirSync(at(name));
    const { code, stderr } = await cli(['.', ...quiet], { cwd: at(name), env: place.sandbox.env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ \[directory\]: "/);
    expect(readdirSync(at(name))).toEqual([]);
  });
});

describe('a difficult directory name', () => {
  it.each(['-n', "it's $HOME", 'a#b;c%20d', '~x', 'café', 'cafe\u0301'])(
    '%s is the folder that is created, and the one that the printed cd enters',
    async (name) => {
      const answers = ['--no-https', '--no-install', '--no-git', '--yes', '--json', '--', name];
      const { code, stdout } = await run(answers);
      const { ok, next } = JSON.parse(stdout);
      expect({ code, ok }).toEqual({ code: 0, ok: true });
      expect(readdirSync(at())).toEqual([name]);
      const entered = await runProgram(['sh', '-c', `${next[0]} && ls -A`], {
        cwd: at(),
        env: place.sandbox.env,
      });
      expect(entered.stdout).toContain('.create-fastify-wss.json');
    },
  );

  it('does not start a new line on the terminal in a message', async () => {
    const { code, stderr } = await run(['a\n\u001B[2Jb', ...quiet]);
    expect(code).toBe(2);
    expect(stderr).toContain('"a\\u{a}\\u{1b}[2Jb" is not a path');
  });
});

describe('a dry run', () => {
  it('shows the plan and writes nothing', async () => {
    const { code, stdout } = await run(['app', '--yes', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('npm install');
    expect(stdout).toContain('git commit');
    expect(stdout).toContain('Nothing was written');
    expect(readdirSync(at())).toEqual([]);
  });

  it('is also recognized if npm took the flag', async () => {
    const env = { npm_command: 'init', npm_config_dry_run: 'true' };
    const { stdout, stderr } = await run(['app', ...quiet], env);
    expect(stdout).toContain('Nothing was written');
    expect(stderr).toContain('npm has --dry-run set, so this is a dry run, too.');
    expect(readdirSync(at())).toEqual([]);
  });
});

describe('--json', () => {
  it('prints one document for a plan or a run', async () => {
    const planned = await run(['app', ...quiet, '--json', '--dry-run']);
    const done = await run(['app', ...quiet, '--json']);
    expect(done.stderr).toBe('');
    expect(JSON.parse(done.stdout)).toEqual(JSON.parse(planned.stdout));
    const report = JSON.parse(done.stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      ok: true,
      command: 'create',
      directory: at('app'),
      answers: { https: false, port: 3000 },
      next: ['cd app', 'npm install', 'npm run dev'],
    });
    expect(report.files.map(({ path }: { path: string }) => path)).toEqual(
      Object.keys(contentsOf(at('app'))).toSorted(),
    );
  });

  it('prints one document for a failure', async () => {
    const { code, stdout, stderr } = await run(['app', '--json', '--port', 'x']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      ok: false,
      error: {
        code: 'invalid-value',
        stage: 'arguments',
        message: '--port: "x" is not allowed here.',
        fix: 'Expected a number from 1 to 65535.',
        details: [],
      },
    });
  });
});

describe('a run without a terminal', () => {
  it('names what is missing and the complete command, with exit code 2 and any stdin', async () => {
    const call = { cwd: at(), env: place.sandbox.env };
    const [empty, piped] = [
      await cli(['app'], call),
      await cli(['app'], { ...call, input: 'y\n' }),
    ];
    expect(empty).toEqual(piped);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain(
      `--language, --https, --cert-source, --origins, ${extraFlags.join(', ')}, --install are missing.`,
    );
    expect(empty.stderr).toContain(
      "app --language ts --https --cert-source mkcert --origins 'https://localhost:3000,",
    );
    expect(readdirSync(at())).toEqual([]);
  });

  it('never waits for a pipe that stays open', async () => {
    const { code } = await runProgram(['sh', '-c', `sleep 5 | "${process.execPath}" "${bin}"`], {
      cwd: at(),
      env: place.sandbox.env,
    });
    expect(code).toBe(2);
  });

  it('needs the files that have no default, even with --yes', async () => {
    const { code, stderr } = await run(['app', '--yes', '--cert-source', 'files']);
    expect(code).toBe(2);
    expect(stderr).toContain('--key-file, --cert-file are missing.');
    expect(stderr).toContain('--cert-source files --key-file FILE --cert-file FILE --yes');
  });
});

describe('existing files', () => {
  it('are listed and kept, with exit code 2', async () => {
    mkdirSync(at('app/src'), { recursive: true });
    writeFileSync(at('app/package.json'), '{}');
    writeFileSync(at('app/src/app.ts'), 'mine');
    const before = contentsOf(at('app'));
    const { code, stderr } = await run(['app', ...quiet]);
    expect(code).toBe(2);
    expect(stderr).toContain('  package.json\n  src/app.ts\n');
    expect(contentsOf(at('app'))).toEqual(before);
  });

  it('are replaced with --overwrite, but no others', async () => {
    mkdirSync(at('app'));
    writeFileSync(at('app/package.json'), '{}');
    writeFileSync(at('app/mine.txt'), 'mine');
    expect((await run(['app', ...quiet, '--overwrite'])).code).toBe(0);
    expect(contentsOf(at('app'))).toMatchObject({ 'mine.txt': 'mine' });
    expect(contentsOf(at('app'))['package.json']).toContain('"fastify"');
  });

  it('cannot be replaced by a directory', async () => {
    writeFileSync(at('app'), 'a file');
    const { code, stderr } = await run(['app', ...quiet]);
    expect(code).toBe(2);
    expect(stderr).toContain('is a file.');
  });
});

describe('flags that npm took', () => {
  const lost = (variables: Environment, args: string[]): Promise<Ended> =>
    run(args, { npm_command: 'init', ...variables });

  it.each<[Environment, string[], string]>([
    [{ npm_config_port: '4000' }, ['app'], 'app -- --port 4000'],
    [{ npm_config_cert_source: 'true' }, ['app', 'proxy'], 'app -- --cert-source proxy'],
    [{ npm_config_certsource: 'true' }, ['app', 'proxy'], 'app -- --cert-source proxy'],
    [{ npm_config_redis: 'true', npm_config_docker: '' }, ['app'], 'app -- --redis --no-docker'],
    [{ npm_config_git: 'false', npm_config_install: '' }, ['app'], '-- --no-git --no-install'],
    [{ npm_config_answers: 'true' }, ['app', 'my team.json'], "app -- --answers 'my team.json'"],
    [{ npm_config_hosts: 'a.test\n\nb.test' }, ['app'], '-- --hosts a.test --hosts b.test'],
    [{ npm_config_port: '' }, ['app'], 'app -- --port PORT'],
    [{ npm_config_install: '', npm_config_yes: 'true' }, ['app'], '-- --no-install --yes'],
    [
      { npm_config_overwrite: 'true' },
      ['app', '--', '--language', 'js'],
      '--overwrite --language js',
    ],
  ])('%j with %j cause a message with the right command', async (variables, args, command) => {
    const { code, stderr } = await lost(variables, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/as its own options?\.\n(.*\n)?  Put -- before the flags: /);
    expect(stderr).toContain(`npm create fastify-wss@latest app -- `);
    expect(stderr.split('\n').at(-1)).toContain(command);
    expect(readdirSync(at())).toEqual([]);
  });

  it.each([
    [['app', '4000', 'js'], 'app -- --language js --port 4000'],
    [['4000', 'js'], 'my-app -- --language js --port 4000'],
    [['js', '4000', 'app'], 'app -- --language js --port 4000'],
    [['app', '4000'], 'app -- --language VALUE --port 4000'],
    [['app'], 'app -- --language VALUE --port PORT'],
  ])('get the values of %j back if these look right', async (args, command) => {
    const variables = { npm_config_port: 'true', npm_config_language: 'true' };
    const { code, stderr } = await lost(variables, args);
    expect(code).toBe(2);
    expect(stderr).toContain(`npm create fastify-wss@latest ${command}`);
  });

  it('get no value that could belong to the other flag', async () => {
    const variables = { npm_config_host: 'true', npm_config_domain: 'true' };
    const { stderr } = await lost(variables, ['app', 'a.example.com', 'b.example.com']);
    expect(stderr).toContain('npm does not say which value belongs to which option.');
    expect(stderr).toContain('app -- --domain NAME --host HOST');
  });

  it.each<[Environment, string]>([
    [{ npm_command: 'start' }, 'npm start -- app --language js'],
    [{ npm_command: 'run', npm_lifecycle_event: 'start' }, 'npm run start -- app --language js'],
    [{ npm_command: 'exec' }, 'npm exec -- create-fastify-wss@latest app --language js'],
  ])('by %j cause a message with the intended command', async (variables, command) => {
    const { code, stderr } = await lost({ npm_config_language: 'true', ...variables }, [
      'app',
      'js',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(command);
  });

  it('cause no error if npm’s own settings explain them', async () => {
    const own = { npm_config_https_proxy: 'http://127.0.0.1:9', npm_config_yes: 'true' };
    expect((await lost({ ...own, npm_config_git: '/usr/bin/git' }, ['app', ...quiet])).code).toBe(
      0,
    );
    const missing = await lost({ ...own, npm_config_git: '' }, ['other']);
    expect(missing.stderr).toContain('npm has --yes, --git set.');
  });

  it.each([
    [{ npm_config_yes: 'true' }, ['svc'], 'svc -- --yes'],
    [{ npm_config_yes: 'true', npm_config_json: 'true' }, ['svc'], 'svc -- --yes --json'],
    [{ npm_config_yes: 'true' }, ['svc', '--port', '4000'], 'svc -- --yes --port 4000'],
  ])('%j with %j causes the short command that was meant', async (variables, args, command) => {
    const { code, stderr } = await lost(variables, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`Run: npm create fastify-wss@latest ${command}$`));
  });

  it('cause no error if they also reached the program', async () => {
    const { code } = await lost({ npm_config_port: '4000' }, ['app', ...quiet, '--port', '5000']);
    expect(code).toBe(0);
    expect(contentsOf(at('app'))['.env']).toContain('PORT=5000');
  });

  it('only exist with npm: the others pass every flag on', async () => {
    const agent = 'bun/1.4.5 npm/? node/v26.3.0 linux x64';
    const env = { npm_command: 'exec', npm_config_user_agent: agent, npm_config_port: '4000' };
    expect((await run(['app', ...quiet], env)).code).toBe(0);
  });
});

describe('a -- that the package manager passed on', () => {
  it.each([
    ['', ['app', '--', ...quiet]],
    ['pnpm/12.21.0 npm/? node/? linux x64', ['--', ...quiet, '--package-manager', 'npm', 'app']],
  ])('by %j is not an argument in %j', async (agent, args) => {
    const { code, stderr } = await run(args, { npm_config_user_agent: agent });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(at())).toEqual(['app']);
  });

  it('ends the flags if no package manager can have added it', async () => {
    const { code } = await run([...quiet, '--', '--yes']);
    expect(code).toBe(0);
    expect(readdirSync(at())).toEqual(['--yes']);
  });
});

describe('the rest of the command line', () => {
  it('prints its version, its help and its schema', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect((await run(['--version'])).stdout).toBe(version);
    expect((await run(['app', '--version'])).stdout).toBe(version);
    expect((await run(['--help'])).stdout).toMatch(/^Usage: create-fastify-wss \[directory]/);
    expect(JSON.parse((await run(['--schema'])).stdout).title).toContain('create-fastify-wss');
    expect(readdirSync(at())).toEqual([]);
  });

  it('refuses contradictions with exit code 2', async () => {
    const { code, stderr } = await run(['app', '--yes', '--no-https', '--cert-source', 'mkcert']);
    expect(code).toBe(2);
    expect(stderr).toContain('--cert-source needs --https, not --no-https.');
  });

  it.each([
    ['a project', ['app', ...quiet], /^\* Wrote /m],
    ['an error', ['app', '--port', 'x', ...quiet], /^x --port: /m],
    ['the trust table', ['certs'], /^ {2}[*x?-] System /m],
    ['a report', ['doctor', 'ws://127.0.0.1:1/'], /^ {2}x Address /m],
  ])('has only ASCII marks where others cannot be shown: %s', async (_what, args, line) => {
    const { stdout, stderr } = await run(args, { TERM: 'linux' });
    const shown = `${stdout}\n${stderr}`;
    expect(shown).toMatch(line);
    expect(shown).toMatch(/^\p{ASCII}*$/u);
  });

  it('prints no colours if they are turned off', async () => {
    expect((await run(['app', ...quiet], { NO_COLOR: '1' })).stdout).not.toContain('\u001B[');
    expect((await run(['x', ...quiet], { FORCE_COLOR: '1' })).stdout).toContain('\u001B[');
  });
});
