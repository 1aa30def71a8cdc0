import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
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
import { findProgram } from '../../../src/io/programs.js';
import { bin, cli, sudo, type Ended } from '../../support/cli.js';
import { fakeInstall } from '../../support/fake-npm.js';
import { describeWith } from '../../support/needs.js';
import { identity, sandbox, type Environment, type Sandbox } from '../../support/sandbox.js';

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const programs = (): string => join(place.sandbox.home, 'bin');

/** A fake program in the only folder of PATH. */
function fake(name: string, script: string): void {
  writeFileSync(join(programs(), name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs(), name), 0o755);
}

function real(name: string): void {
  const path = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  symlinkSync(path, join(programs(), name));
}

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
  mkdirSync(programs());
  for (const name of ['git', 'sh', 'sleep', 'mkdir', 'touch']) {
    real(name);
  }
  symlinkSync(process.execPath, join(programs(), 'node'));
  fake('npm', fakeInstall);
});
afterEach(() => place.sandbox.remove());

function envOf(extra: Environment = {}): Environment {
  return { ...place.sandbox.env, ...identity, PATH: programs(), ...extra };
}

function run(args: string[], extra: Environment = {}): Promise<Ended> {
  return cli(['app', '--yes', ...args], { cwd: at(), env: envOf(extra) });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: at('app'), env: envOf(), encoding: 'utf8' });
}

describeWith(['git'], 'the steps of a run', () => {
  it('create a repository with one commit that contains the lockfile', async () => {
    expect((await run(['--no-https'])).code).toBe(0);
    expect(git('log', '--format=%s')).toBe('Initial commit\n');
    expect(git('ls-files')).toContain('package-lock.json');
    expect(git('status', '--porcelain')).toBe('');
  });

  it('only commit the rendered files and the lockfile', async () => {
    mkdirSync(at('app/src'), { recursive: true });
    for (const path of ['app/secrets.txt', 'app/src/mine.ts', 'app/notes']) {
      writeFileSync(at(path), 'mine');
    }
    const { code, stderr } = await run(['--no-https']);
    expect(code, stderr).toBe(0);
    const committed = git('ls-files').split('\n');
    expect(committed).toEqual(expect.arrayContaining(['package-lock.json', 'src/app.ts']));
    expect(committed).not.toContain('.env');
    const mine = ['?? notes', '?? secrets.txt', '?? src/mine.ts'];
    expect(git('status', '--porcelain').trim().split('\n')).toEqual(mine);
  });

  it('are done the second time', async () => {
    await run(['--no-https']);
    expect(await run(['--no-https'])).toEqual({ code: 0, stdout: 'Nothing to do.', stderr: '' });
  });

  it('that fail keep the project, with exit code 1, and the second run continues', async () => {
    fake('npm', 'echo "no such registry" >&2; exit 7');
    const failed = await run(['--no-https']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      'Installing the dependencies with npm failed.\n  no such registry',
    );
    expect(failed.stdout).toContain('Next\n  cd app\n  npm install\n  npm run dev');
    expect(existsSync(at('app/package.json'))).toBe(true);
    fake('npm', fakeInstall);
    const again = await run(['--no-https']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('✓ Dependencies installed with npm');
  });

  it('stop at a signal, keep the project and list the remaining ones', async () => {
    fake('npm', 'touch started; sleep 20');
    const child = spawn(process.execPath, [bin, 'app', '--yes', '--no-https'], {
      cwd: at(),
      env: envOf(),
    });
    const said: string[] = [];
    child.stdout.on('data', (chunk) => said.push(String(chunk)));
    while (!existsSync(at('app/started'))) {
      await sleep(20);
    }
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(said.join('')).toContain('npm install\n  git init --quiet\n  git add --all\n');
    expect(existsSync(at('app/package.json'))).toBe(true);
  });

  it('stop if Ctrl-C ended a program before the signal reached this one', async () => {
    fake('npm', '(sleep 0.02; kill -INT $PPID) >/dev/null 2>&1 & exit 130');
    const stopped = await run(['--no-https']);
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).not.toContain('failed');
    expect(stopped.stdout).toContain('npm install\n  git init --quiet\n  git add --all\n');
    expect(existsSync(at('app/.git'))).toBe(false);
  });
});

describeWith(['git'], 'git', () => {
  it('is not run inside an existing repository, with a message', async () => {
    execFileSync('git', ['init', '--quiet', at()], { env: envOf() });
    const { code, stderr, stdout } = await run(['--no-https']);
    expect(code).toBe(0);
    expect(stderr).toContain(`The project is inside the git repository ${at()}. Commit it there.`);
    expect(stdout).not.toContain('git');
    expect(existsSync(at('app/.git'))).toBe(false);
  });

  it('without an identity makes no commit, with a message', async () => {
    const nobody = Object.fromEntries(Object.keys(identity).map((name) => [name, undefined]));
    writeFileSync(join(place.sandbox.home, '.gitconfig'), '[user]\n\tuseConfigOnly = true\n');
    const { code, stderr, stdout } = await run(['--no-https'], nobody);
    expect(code).toBe(0);
    expect(stderr).toContain('git does not know your name and email address.');
    expect(stdout).toContain("git commit --quiet -m 'Initial commit'");
    expect(git('ls-files', '--cached')).toContain('package.json');
  });
});

describe('a machine without mkcert', () => {
  const flags = ['--no-install', '--no-git'];
  const authority = (): Buffer => readFileSync(join(place.sandbox.caRoot, 'rootCA.pem'));
  const certificate = (): X509Certificate =>
    new X509Certificate(readFileSync(at('app/certs/cert.pem')));

  it('gets a certificate, with a message about its issuer', async () => {
    const { code, stdout } = await run(flags);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `✓ Development certificate created: signed with the CA in ${place.sandbox.caRoot}`,
    );
    expect(certificate().verify(new X509Certificate(authority()).publicKey)).toBe(true);
    expect(certificate().checkIP('::1')).toBe('::1');
  });

  it('has nothing to do the second time, and keeps its CA for the next certificate', async () => {
    await run(flags);
    const first = authority();
    expect((await run(flags)).stdout).toBe('Nothing to do.');
    await run([...flags, '--hosts', 'app.test', '--overwrite']);
    expect(certificate().subjectAltName).toBe('DNS:app.test');
    expect(authority()).toEqual(first);
  });
});

describe('--mkcert-install on a machine without mkcert', () => {
  const flags = ['--mkcert-install', '--no-install', '--no-git'];

  it('is refused before anything is written, with the command that installs mkcert', async () => {
    fake('apt-get', 'exit 0');
    const { code, stdout, stderr } = await run(flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      '✗ --mkcert-install needs mkcert, which is not installed.\n' +
        `  Leave out --mkcert-install, or run: ${sudo}apt-get install mkcert libnss3-tools`,
    );
    expect(readdirSync(at())).toEqual([]);
  });

  it('is also refused in JSON, with any way to get mkcert', async () => {
    const { code, stdout } = await run([...flags, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'missing-program',
      stage: 'answers',
      fix: 'Leave out --mkcert-install, or see https://github.com/FiloSottile/mkcert',
    });
    expect(readdirSync(at())).toEqual([]);
  });
});

describeWith(['mkcert'], 'mkcert', () => {
  /** The real one, wrapped to record its calls. */
  const recorder = (): string => `echo "$@" >> "$HOME/calls"; exec ${findProgram('mkcert')} "$@"`;
  const calls = (): string => readFileSync(join(place.sandbox.home, 'calls'), 'utf8');

  it('creates the certificate and never changes a trust store with only --yes', async () => {
    fake('mkcert', recorder());
    await run(['--no-install', '--no-git']);
    expect(calls()).toMatch(
      /^-ecdsa -cert-file \S+\/cert\.pem -key-file \S+\/key\.pem localhost 127\.0\.0\.1 ::1\n$/,
    );
    expect(existsSync(at('app/certs/cert.pem'))).toBe(true);
    expect(statSync(at('app/certs/key.pem')).mode & 0o777).toBe(0o600);
    expect(readdirSync(at('app/certs')).toSorted()).toEqual(['.gitignore', 'cert.pem', 'key.pem']);
  });

  it('that creates no files is a failed step', async () => {
    fake('mkcert', 'exit 0');
    const { code, stderr } = await run(['--no-install', '--no-git']);
    expect(code).toBe(1);
    expect(stderr).toContain('mkcert created no certificate.');
  });

  it('never overwrites a key or a certificate that it did not create', async () => {
    fake('mkcert', recorder());
    mkdirSync(at('app/certs'), { recursive: true });
    writeFileSync(at('app/certs/key.pem'), 'of the user');
    const { code, stderr } = await run(['--no-install', '--no-git']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'certs/key.pem exists without a certificate. It was not issued here, so it is kept',
    );
    expect(existsSync(join(place.sandbox.home, 'calls'))).toBe(false);
    expect(readFileSync(at('app/certs/key.pem'), 'utf8')).toBe('of the user');
  });

  it('first installs its CA with --mkcert-install', async () => {
    fake('mkcert', recorder());
    await run(['--no-install', '--no-git', '--mkcert-install', '--hosts', 'app.test']);
    expect(calls()).toMatch(/^-install\n-ecdsa .* app\.test\n$/);
  });
});
