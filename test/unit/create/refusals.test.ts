import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, cli, thisProgram, runProgram, type Ended } from '../../support/cli.js';
import { extraFlags, noExtras } from '../../support/combinations.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';
import { own, ownFolder, unprivileged } from '../../support/unprivileged.js';
import { until } from '../../support/until.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const quiet = ['--yes', '--no-https', '--no-install', '--no-git'];

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

function run(args: string[]): Promise<Ended> {
  return cli(args, { cwd: at(), env: place.sandbox.env });
}

/** Whether a program handles SIGHUP: Node.js itself only handles SIGINT and SIGTERM. */
function handlesHangUp(pid: number | undefined): boolean {
  const [, mask = ''] =
    /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
}

/** What a refused run prints: what is wrong, details, and what to do. */
function refusal(...lines: string[]): Ended {
  const [first = '', ...rest] = lines;
  return {
    code: 2,
    stdout: '',
    stderr: [`✗ ${first}`, ...rest.map((line) => `  ${line}`)].join('\n'),
  };
}

const missing = refusal(
  `--language, --https, --cert-source, --origins, ${extraFlags.join(', ')}, --install are missing.`,
  'There are no prompts: there is no terminal. Pass --yes to use the defaults.',
  `Run: ${thisProgram} app --language ts --https --cert-source mkcert --origins 'https://localhost:3000,https://127.0.0.1:3000,https://[::1]:3000' ${noExtras.join(' ')} --install`,
);

describe('answers that are missing', () => {
  it('are named if stdin is /dev/null', async () => {
    expect(await run(['app'])).toEqual(missing);
    expect(readdirSync(at())).toEqual([]);
  });

  it('are named if stdin is a pipe that stays open, without waiting', async () => {
    const child = spawn(process.execPath, [bin, 'app'], { cwd: at(), env: place.sandbox.env });
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(said.join('').trimEnd()).toBe(missing.stderr);
    expect(child.stdin.writableEnded).toBe(false);
  });

  it('are named if stdin is closed', async () => {
    const command = ['sh', '-c', `exec "${process.execPath}" "${bin}" app <&-`];
    expect(await runProgram(command, { cwd: at(), env: place.sandbox.env })).toEqual(missing);
  });

  it('are named in the output of --json, with the complete command', async () => {
    const { code, stdout, stderr } = await run(['app', '--json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'missing-answers', stage: 'answers' });
    expect(JSON.parse(stdout).error.details).toEqual([
      'There are no prompts: --json is given. Pass --yes to use the defaults.',
    ]);
  });
});

describe('an invalid word', () => {
  it.each([
    [
      ['--langauge', 'js'],
      'There is no option --langauge.',
      'Did you mean --language? See create-fastify-wss --help.',
    ],
    [['--frobnicate'], 'There is no option --frobnicate.', 'See create-fastify-wss --help.'],
    [['-x'], 'There is no option -x.', 'See create-fastify-wss --help.'],
    [
      ['--language', 'typescript'],
      '--language: "typescript" is not allowed here.',
      'Expected one of ts, js.',
    ],
    [
      ['--cert-source', 'mkcer'],
      '--cert-source: "mkcer" is not allowed here.',
      'Did you mean mkcert? Expected one of mkcert, files, proxy.',
    ],
    [['--port', '99999'], '--port: "99999" is not a port.', 'Write a number from 1 to 65535.'],
    [['--port'], '--port needs a value.', 'Write --port=VALUE.'],
    [['--redis=yes'], '--redis does not take a value.', 'Write --redis or --no-redis.'],
    [
      ['--origins', 'https://a.test/'],
      '--origins: "https://a.test/" is not an origin in the form that browsers send.',
      'Write https://a.test.',
    ],
    [
      ['--https', 'false'],
      'A switch does not take a value such as "false".',
      'Write only the switch for yes, and --no- before its name for no: --https, --no-https.',
    ],
    [
      ['--answers', 'none.json'],
      'The answers file cannot be read: none.json: no such file or directory.',
      'Pass the path of a JSON file.',
    ],
    [
      ['other'],
      'Only one directory is allowed, not also "other".',
      'Put a path with spaces in quotes, and begin flags with --.',
    ],
  ])('%j is named with what to do, and nothing is written', async (words, message, fix) => {
    expect(await run(['app', ...quiet, ...words])).toEqual(refusal(message, fix));
    expect(readdirSync(at())).toEqual([]);
  });
});

describe('a target', () => {
  const cannot = (path: string, why: string): string => `${at(path)} cannot be used: ${why}.`;

  it.each([
    ['a file', () => writeFileSync(at('app'), ''), 'app', 'app is a file.'],
    [
      'inside a file',
      () => writeFileSync(at('file'), ''),
      'file/app',
      'file/app cannot be used: a part of its path is a file (ENOTDIR).',
    ],
    ['a dangling link', () => symlinkSync('nowhere', at('app')), 'app', 'app is a broken link.'],
    ['a link to itself', () => symlinkSync('app', at('app')), 'app', 'app is a link in a loop.'],
    [
      'a link to a file',
      () => [writeFileSync(at('file'), ''), symlinkSync('file', at('app'))],
      'app',
      'app is a file.',
    ],
    [
      'inside a link to itself',
      () => symlinkSync('loop', at('loop')),
      'loop/app',
      'loop/app cannot be used: its links form a loop (ELOOP).',
    ],
  ])(
    'that is %s is refused, in a dry run or a real one',
    async (_what, prepare, target, message) => {
      prepare();
      const before = treeOf(at());
      const expected = refusal(`${at()}/${message}`, 'Choose another directory.');
      expect(await run([target, ...quiet])).toEqual(expected);
      expect(await run([target, ...quiet, '--dry-run'])).toEqual(expected);
      expect(treeOf(at())).toEqual(before);
    },
  );

  it('whose parent is read-only is refused', async () => {
    const asNobody = unprivileged(place.sandbox);
    ownFolder(at('closed'), 0o555);
    const fix = 'Choose another directory, or change its permissions.';
    expect(await asNobody(['closed/app', ...quiet])).toEqual(
      refusal(cannot('closed/app', 'permission is denied (EACCES)'), fix),
    );
    expect(readdirSync(at('closed'))).toEqual([]);
  });

  it.each([
    ['not enterable', 0o600],
    ['not readable', 0o300],
    ['not writable', 0o500],
  ])('that is %s is refused, and its content is kept', async (_what, mode) => {
    const asNobody = unprivileged(place.sandbox);
    ownFolder(at('app'));
    writeFileSync(at('app/notes.txt'), 'mine');
    own(at('app/notes.txt'));
    const before = treeOf(at());
    chmodSync(at('app'), mode);
    const { code, stdout, stderr } = await asNobody(['app', ...quiet]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/app(\/[\w.-]+)? cannot be used: permission is denied \(EACCES\)\./);
    chmodSync(at('app'), 0o755);
    expect(treeOf(at())).toEqual(before);
  });

  it('whose files cannot be read is refused, and --overwrite changes nothing', async () => {
    const asNobody = unprivileged(place.sandbox);
    ownFolder(at('app'));
    writeFileSync(at('app/package.json'), '{}', { mode: 0o600 });
    chmodSync(at('app/package.json'), 0o000);
    own(at('app/package.json'));
    const { code, stderr } = await asNobody(['app', ...quiet, '--overwrite']);
    expect(code).toBe(2);
    expect(stderr).toContain('app/package.json cannot be used: permission is denied (EACCES).');
    expect(readdirSync(at('app'))).toEqual(['package.json']);
  });

  it('that is empty in a parent that is not writable is filled, not replaced', async () => {
    const asNobody = unprivileged(place.sandbox);
    mkdirSync(at('closed'), { mode: 0o755 });
    ownFolder(at('closed/app'), 0o750);
    const { ino } = statSync(at('closed/app'));
    expect(await asNobody(['closed/app', ...quiet])).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(at('closed/app'))).toMatchObject({ ino });
    expect(statSync(at('closed/app')).mode & 0o777).toBe(0o750);
    expect(readdirSync(at('closed'))).toEqual(['app']);
    expect(readdirSync(at('closed/app'))).toContain('package.json');
  });

  it('that is empty keeps its mode, and links to it still work', async () => {
    mkdirSync(at('place'), { mode: 0o700 });
    symlinkSync('place', at('app'));
    expect((await run(['app', ...quiet])).code).toBe(0);
    expect(statSync(at('place')).mode & 0o7777).toBe(0o700);
    expect(readdirSync(at('app'))).toContain('package.json');
  });

  it('that only contains .git gets the project', async () => {
    await runProgram(['git', 'init', '--quiet', at('app')], { cwd: at(), env: place.sandbox.env });
    const before = treeOf(at('app/.git'));
    expect((await run(['app', ...quiet])).code).toBe(0);
    expect(treeOf(at('app/.git'))).toEqual(before);
    expect(readdirSync(at('app'))).toContain('package.json');
  });

  it('that is the empty current directory is filled, and stays the current directory', async () => {
    const { ino } = statSync(at());
    expect((await run(['.', ...quiet])).code).toBe(0);
    expect(statSync(at()).ino).toBe(ino);
    expect(readdirSync(at())).toContain('package.json');
  });

  it('in missing folders is created with them', async () => {
    expect((await run(['a/b/c', ...quiet])).code).toBe(0);
    expect([readdirSync(at()), readdirSync(at('a')), readdirSync(at('a/b'))]).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
  });
});

describe('a run over an earlier one', () => {
  it('with --overwrite only replaces conflicting files', async () => {
    await run(['app', ...quiet]);
    writeFileSync(at('app/.env.local'), 'MINE=1');
    writeFileSync(at('app/src/mine.ts'), 'mine');
    writeFileSync(at('app/src/app.ts'), 'changed');
    const before = treeOf(at('app'));
    const listed = await run(['app', ...quiet]);
    expect(listed).toEqual(
      refusal(
        `${at('app')} already has files with these names.`,
        'src/app.ts',
        `To change this project, run in its folder: ${thisProgram} update. Pass --overwrite to replace only these files, or choose another directory. Nothing was written.`,
      ),
    );
    expect(treeOf(at('app'))).toEqual(before);
    expect((await run(['app', ...quiet, '--overwrite'])).stdout).toContain('✓ Wrote 1 file in app');
    const after = treeOf(at('app'));
    expect({ ...after, 'src/app.ts': '' }).toEqual({ ...before, 'src/app.ts': '' });
    expect(after['src/app.ts']).not.toBe(before['src/app.ts']);
  });

  it('with other answers reports that files of the earlier answers still exist', async () => {
    await run(['app', ...quiet]);
    const { stderr } = await run(['app', ...quiet, '--language', 'js', '--overwrite']);
    expect(stderr).toMatch(
      /^! Only earlier answers needed these files\. Delete them if you do not: .*src\/[\w/-]+\.ts.*, and \d+ more\.$/,
    );
    expect(readdirSync(at('app/src'))).toContain('app.ts');
  });

  it('keeps a staging folder whose process is alive, and folders of other programs', async () => {
    const kept = [`.create-fastify-wss-${process.pid}-abcdef`, '.create-fastify-wss-999999-notes'];
    const dead = '.create-fastify-wss-4194305-abcdef';
    [...kept, dead].forEach((name) => mkdirSync(at(name)));
    expect((await run(['app', ...quiet])).code).toBe(0);
    expect(readdirSync(at())).toEqual([...kept, 'app'].toSorted());
  });
});

describe('help and version', () => {
  it.each([['--help'], ['-h'], ['--version'], ['-v'], ['--schema']])(
    '%s writes nothing',
    async (flag) => {
      for (const words of [[flag], ['app', flag, '--yes']]) {
        const { code, stderr, stdout } = await run(words);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).not.toBe('');
      }
      expect(readdirSync(at())).toEqual([]);
    },
  );
});

describe('output that is not read completely', () => {
  const shell = (script: string): Promise<Ended> =>
    runProgram(['bash', '-o', 'pipefail', '-c', script], {
      cwd: at(),
      env: { ...place.sandbox.env, RUN: process.execPath, BIN: bin },
    });

  it('is complete through a pipe whose reader is slow', async () => {
    const call = '"$RUN" "$BIN" app --yes --json --dry-run';
    const { code, stdout } = await shell(`${call} | (sleep 0.7; cat)`);
    expect(code).toBe(0);
    const whole = await shell(call);
    expect(stdout).toBe(whole.stdout);
    expect(JSON.parse(stdout).files.length).toBeGreaterThan(40);
  });

  it.each(['--json', '--help', '--verbose'])('does not end a run with %s', async (flag) => {
    const words = ['app', ...quiet, flag].join(' ');
    const { code, stderr } = await shell(`"$RUN" "$BIN" ${words} | true`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(at())).toEqual(flag === '--help' ? [] : ['app']);
  });

  it('that does not fit on the disk is reported in one line', async () => {
    const { code, stderr } = await shell('"$RUN" "$BIN" --schema >/dev/full');
    expect(code).toBe(1);
    expect(stderr).toBe('✗ The output cannot be written: ENOSPC: no space left on device, write.');
  });
});

describe('an unexpected error', () => {
  const preload = (): string => {
    const path = join(place.sandbox.home, 'break.mjs');
    writeFileSync(path, 'JSON.parse = () => { throw new Error("broken on purpose"); };');
    return path;
  };

  it('is one line that asks for a report, with the stack for --verbose', async () => {
    const env = { ...place.sandbox.env, NODE_OPTIONS: `--import=${preload()}` };
    const told = await cli(['app', ...quiet], { cwd: at(), env });
    const report = 'Please report this, with the output of --verbose.';
    expect(told).toEqual({ ...refusal('broken on purpose', report), code: 1 });
    const loud = await cli(['app', ...quiet, '--verbose'], { cwd: at(), env });
    expect(loud.stderr).toMatch(/broken on purpose\n.*\nError: broken on purpose\n {4}at /);
    const json = await cli(['app', ...quiet, '--json'], { cwd: at(), env });
    expect(json).toMatchObject({ code: 1, stderr: '' });
    expect(json.stdout).toContain('"code": "unexpected"');
    expect(readdirSync(at())).toEqual([]);
  });
});

describe('an answers file on stdin', () => {
  const given = { cwd: '', env: {} };
  const withInput = (input: string, ...args: string[]): Promise<Ended> =>
    cli(['app', '--answers', '-', ...args], { ...given, cwd: at(), env: place.sandbox.env, input });

  it('works like one on disk', async () => {
    const answers = { language: 'js', https: false, port: 4000, install: false, git: false };
    expect((await withInput(JSON.stringify(answers), '--yes')).code).toBe(0);
    expect(readFileSync(at('app/.env'), 'utf8')).toContain('PORT=4000');
  });

  it.each([
    ['', 'stdin: The file is empty.', 'Write { "language": "ts", ... }.'],
    ['{"langauge":"js"}', 'stdin: There is no option "langauge".', 'Did you mean language?'],
  ])('%j is refused', async (input, message, fix) => {
    expect(await withInput(input, '--yes')).toEqual(refusal(message, fix));
  });

  // Once at the start, while the rest is loaded, and once while it waits.
  it.each([0, 400])('is awaited, and a signal ends that after %i ms', async (ms) => {
    const child = spawn(process.execPath, [bin, 'app', '--yes', '--answers', '-'], {
      cwd: at(),
      env: place.sandbox.env,
    });
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    child.stdin.write('{');
    await until('it handles signals', () => handlesHangUp(child.pid));
    await sleep(ms);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    expect(said.join('')).toContain('✗ Stopped by SIGTERM. Nothing was written.');
    expect(readdirSync(at())).toEqual([]);
  });
});
