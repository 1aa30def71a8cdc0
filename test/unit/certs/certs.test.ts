import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { judgePair } from '../../../src/pair/judge.js';
import { namesOn } from '../../../src/ca/read-certificate.js';
import { originOf } from '../../../src/core/hosts.js';
import { certifyCa, newKey } from '../../../src/ca/sign.js';
import { findProgram } from '../../../src/io/programs.js';
import { cli, thisProgram, root, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { reportSchema } from '../../support/report-schema.js';
import { room } from '../../support/room.js';
import type { Environment } from '../../support/sandbox.js';
import { treeOf } from '../../support/tree.js';
import { own, ownFolder, unprivileged } from '../../support/unprivileged.js';

const { sandbox, at } = room();
const ca = (name: string): string => join(sandbox().caRoot, name);
const certificate = (): X509Certificate => new X509Certificate(readFileSync(at('certs/cert.pem')));
const authority = (): X509Certificate => new X509Certificate(readFileSync(ca('rootCA.pem')));
const names = (): string | undefined => certificate().subjectAltName;

/** A machine without mkcert: PATH only has git, sh and openssl. */
function bare(): Environment {
  const folder = join(sandbox().home, 'bin');
  if (!existsSync(folder)) {
    mkdirSync(folder);
    for (const name of ['git', 'sh', 'openssl']) {
      symlinkSync(findProgram(name) ?? name, join(folder, name));
    }
  }
  return { ...sandbox().env, PATH: folder };
}

function certs(args: string[] = [], more: Environment = {}): Promise<Ended> {
  return cli(['certs', ...args], { cwd: at(), env: { ...bare(), ...more } });
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { cwd: at(), encoding: 'utf8', stdio: 'pipe' });
}

/** A self-signed pair of the user. */
function theirPair(): void {
  mkdirSync(at('certs'));
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', 'certs/key.pem', '-out', 'certs/cert.pem'];
  const subject = ['-subj', '/CN=theirs', '-addext', 'subjectAltName=DNS:theirs.test'];
  openssl('req', '-x509', ...kind, ...files, ...subject);
}

describe('names that no certificate can have', () => {
  it.each([
    ['https://localhost:3000', 'is not a host name or an address', 'Write localhost.'],
    ['localhost:3000', 'is not a host name or an address', 'Write localhost.'],
    ['https://app.test/live', 'is not a host name or an address', 'Write app.test.'],
    ['[::1]', 'is not a host name or an address', 'Write ::1.'],
    ['foo bar', 'is not a host name or an address', 'Write a name such as localhost'],
    ['Bücher.test', 'is not a host name or an address', 'Write xn--bcher-kva.test.'],
    ['*.localhost', 'is not a wildcard that browsers accept', 'such as *.app.test.'],
    ['*.test', 'is not a wildcard that browsers accept', 'such as *.app.test.'],
    ['*', 'is not a host name or an address', 'Write a name such as localhost'],
  ])('%s is refused with the right form', async (name, wrong, fix) => {
    const { code, stdout, stderr } = await certs([name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`✗ [hosts...]: "${name}" ${wrong}.`);
    expect(stderr).toContain(fix);
    expect(readdirSync(at())).toEqual([]);
    expect(readdirSync(sandbox().caRoot)).toEqual([]);
  });
});

describe('the command line of certs', () => {
  it.each([
    [
      ['--days', '0'],
      '--days: "0" is not a valid number of days',
      'Write a whole number from 1 to 825.',
    ],
    [['--days', '826'], '--days: "826" is not a valid number of days', 'from 1 to 825.'],
    [['--days=1.5'], '--days: "1.5" is not a valid number of days', 'from 1 to 825.'],
    [['--days='], '--days: "" is not a valid number of days', 'from 1 to 825.'],
    [['--days'], '--days needs a value.', 'Write --days=VALUE.'],
    [['--day', '3'], 'There is no option --day.', 'Did you mean --days?'],
    [['--port', '3'], 'There is no option --port.', 'See create-fastify-wss certs --help.'],
    [['--only'], '--only needs names.', 'Write them: certs --only localhost app.test.'],
    [['--overwrite=yes'], '--overwrite does not take a value.', 'Leave the value out.'],
    [['--install=yes'], '--install does not take a value.', 'Write --install or --no-install.'],
  ])('%j is refused', async (args, message, fix) => {
    const { code, stderr } = await certs(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(fix);
    expect(readdirSync(at())).toEqual([]);
  });

  it.each([
    [
      ['certs', 'app.test', '30'],
      { npm_config_all: 'true', npm_config_yes: 'true' },
      'npm used --days as its own option.',
      'Put -- before the flags: npm create fastify-wss@latest certs app.test -- --days 30',
    ],
    [
      ['certs'],
      { npm_config_install: 'true' },
      'npm used --install as its own option.',
      'npm create fastify-wss@latest certs -- --install',
    ],
    [
      ['certs', '7'],
      { npm_config_overwrite: 'true' },
      'npm used --overwrite, --days as its own options.',
      'npm create fastify-wss@latest certs -- --overwrite --days 7',
    ],
  ])(
    '%j whose flags npm took is refused with the right command',
    async (args, kept, wrong, fix) => {
      const npm = { npm_command: 'init', npm_config_user_agent: 'npm/11.0.0 node/v20.0.0' };
      const { code, stderr } = await cli(args, { cwd: at(), env: { ...bare(), ...npm, ...kept } });
      expect(code).toBe(2);
      expect(stderr).toContain(wrong);
      expect(stderr).toContain(fix);
    },
  );
});

it('certs after npm accepts flags that reach it', async () => {
  const npm = { npm_command: 'init', npm_config_user_agent: 'npm/11.0.0 node/v20.0.0' };
  const { code, stderr } = await certs(['app.test', '--days', '30', '--overwrite'], npm);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describe('a certificate that the program issues', () => {
  it('passes the strict check of openssl, like its CA', async () => {
    expect((await certs()).code).toBe(0);
    const trusted = ['-x509_strict', '-CAfile', ca('rootCA.pem')];
    const server = ['-purpose', 'sslserver', '-verify_ip', '::1', 'certs/cert.pem'];
    expect(openssl('verify', ...trusted, ...server)).toContain('certs/cert.pem: OK');
    expect(openssl('verify', ...trusted, ca('rootCA.pem'))).toContain('rootCA.pem: OK');
  });

  it("has the same form as mkcert's certificates", async () => {
    await certs(['app.test', '*.app.test', '192.168.1.20', '2001:db8::1']);
    expect(names()).toBe(
      'DNS:app.test, DNS:*.app.test, IP Address:192.168.1.20, IP Address:2001:DB8:0:0:0:0:0:1',
    );
    expect(certificate().subject).toMatch(/^O=mkcert development certificate\nOU=\S+@\S+$/);
    expect(authority().subject).toMatch(/^O=mkcert development CA\nOU=(\S+@\S+)\nCN=mkcert \1$/);
    const text = openssl('x509', '-in', ca('rootCA.pem'), '-noout', '-text');
    expect(text).toContain('CA:TRUE, pathlen:0');
    expect(certificate().ca).toBe(false);
    expect(statSync(ca('rootCA-key.pem')).mode & 0o777).toBe(0o400);
    expect(statSync(ca('rootCA.pem')).mode & 0o777).toBe(0o644);
    expect(statSync(at('certs/key.pem')).mode & 0o777).toBe(0o600);
  });

  it.each([1, 30, 825])(
    'is valid for %d days, including the first and the last second',
    async (days) => {
      await certs(['--days', String(days)]);
      const { validFrom, validTo } = certificate();
      expect((Date.parse(validTo) - Date.parse(validFrom)) / 1000).toBe(days * 86_400 - 1);
      expect(Date.parse(validFrom)).toBeLessThanOrEqual(Date.now());
    },
  );

  it('never makes a key readable for others, even for a moment', async () => {
    const log = join(sandbox().home, 'seen');
    const watched = {
      NODE_OPTIONS: `--import=${join(root, 'test/support/key-modes.mjs')}`,
      KEYS_BELOW: join(sandbox().folder, '..'),
      KEYS_LOG: log,
    };
    expect((await certs([], watched)).code).toBe(0);
    expect((await certs(['app.test'], watched)).code).toBe(0);
    expect(readFileSync(log, 'utf8')).toMatch(/^\.{10,}$/);
  });
});

describe('an existing certificate', () => {
  it('is kept while it is valid', async () => {
    await certs();
    const before = treeOf(at());
    const { code, stdout } = await certs();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^✓ certs\/cert\.pem is valid for localhost, 127\.0\.0\.1, ::1 until \d{4}/,
    );
    expect(treeOf(at())).toEqual(before);
  });

  it('keeps its names if none are given, and its CA', async () => {
    await certs(['app.test', '::1']);
    const first = authority().fingerprint256;
    await certs(['--overwrite']);
    expect(names()).toBe('DNS:app.test, IP Address:0:0:0:0:0:0:0:1');
    expect(authority().fingerprint256).toBe(first);
    expect(certificate().verify(authority().publicKey)).toBe(true);
  });

  it('is reissued for a missing name and for another number of days', async () => {
    await certs(['app.test']);
    await certs(['app.test', 'other.test']);
    expect(names()).toBe('DNS:app.test, DNS:other.test');
    const { serialNumber } = certificate();
    await certs(['--days', '10']);
    expect(names()).toBe('DNS:app.test, DNS:other.test');
    expect(certificate().serialNumber).not.toBe(serialNumber);
  });

  it('is reissued if the user now has another CA', async () => {
    await certs();
    rmSync(ca('rootCA.pem'));
    rmSync(ca('rootCA-key.pem'), { force: true });
    expect((await certs()).code).toBe(0);
    expect(certificate().verify(authority().publicKey)).toBe(true);
  });

  it('is reissued if its key is missing', async () => {
    await certs();
    rmSync(at('certs/key.pem'));
    expect((await certs()).code).toBe(0);
    expect(existsSync(at('certs/key.pem'))).toBe(true);
  });

  it('is kept until a week before its end, or until a third of a short validity is left', async () => {
    vi.stubEnv('CAROOT', sandbox().caRoot);
    vi.useFakeTimers({ toFake: ['Date'] });
    const after = (days: number): string => {
      vi.setSystemTime(Date.parse(certificate().validFrom) + days * 86_400_000);
      return judgePair(at(), { hosts: ['localhost'] }).state;
    };
    vi.useRealTimers();
    await certs(['--days', '100']);
    vi.useFakeTimers({ toFake: ['Date'] });
    expect([after(92), after(94), after(101)]).toEqual(['good', 'ours', 'ours']);
    vi.useRealTimers();
    await certs(['--days', '3']);
    vi.useFakeTimers({ toFake: ['Date'] });
    expect([after(1.9), after(2.1)]).toEqual(['good', 'ours']);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
});

describe('files that were not issued on this machine', () => {
  const cases: [string, () => void, string][] = [
    ['a pair of the user', theirPair, 'certs/cert.pem does not cover localhost'],
    [
      'only a key',
      () => {
        mkdirSync(at('certs'));
        writeFileSync(at('certs/key.pem'), 'of the user');
      },
      'certs/key.pem exists without a certificate.',
    ],
    [
      'a file without a certificate',
      () => {
        mkdirSync(at('certs'));
        writeFileSync(at('certs/cert.pem'), 'of the user');
      },
      'cert.pem contains no readable certificate.',
    ],
  ];

  it.each(cases)('%s: kept, with exit code 2, without --overwrite', async (_name, make, why) => {
    make();
    const before = treeOf(at());
    const { code, stderr } = await certs(['localhost']);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).toContain('It was not issued here, so it is kept.');
    expect(stderr).toContain('Pass --overwrite');
    expect(treeOf(at())).toEqual(before);
    expect((await certs(['localhost', '--overwrite'])).code).toBe(0);
    expect(names()).toBe('DNS:localhost');
  });

  it('may be named pipes, which no program writes to', async () => {
    mkdirSync(at('certs'));
    execFileSync('mkfifo', [at('certs/cert.pem')]);
    const { code, stderr } = await certs(['localhost']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('contains no readable certificate'),
    ]);
  });

  it('are kept if they fit the request', async () => {
    theirPair();
    const before = treeOf(at('certs'));
    const { code, stdout, stderr } = await certs(['theirs.test']);
    expect({ code, before: treeOf(at('certs')) }).toEqual({
      code: 0,
      before: expect.objectContaining(before),
    });
    expect(stdout).toContain('certs/cert.pem is valid for theirs.test');
    expect(stderr).toContain('certs/cert.pem was signed by another CA than the one in');
    // openssl makes it so.
    expect(stderr).toContain('is the certificate of a CA (CA:TRUE): Firefox may refuse it.');
  });

  it('are recognized by signature and issuer, not by the name of the CA', async () => {
    await certs();
    const other = join(sandbox().home, 'other-ca');
    mkdirSync(other);
    const config = 'O=mkcert development CA/OU=else@where/CN=mkcert else@where';
    const kind = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(other, 'rootCA-key.pem')];
    openssl('req', '-x509', ...kind, '-out', join(other, 'rootCA.pem'), '-subj', `/${config}`);
    rmSync(at('certs'), { recursive: true });
    mkdirSync(at('certs'));
    openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'certs/key.pem',
      '-out',
      'r.csr',
      '-subj',
      '/O=mkcert development certificate/OU=else@where',
    );
    writeFileSync(at('san'), 'subjectAltName=DNS:localhost');
    const signer = ['-CA', join(other, 'rootCA.pem'), '-CAkey', join(other, 'rootCA-key.pem')];
    openssl(
      'x509',
      '-req',
      '-in',
      'r.csr',
      ...signer,
      '-extfile',
      'san',
      '-days',
      '90',
      '-out',
      'certs/cert.pem',
    );
    const { code, stderr } = await certs(['localhost']);
    expect(code).toBe(2);
    expect(stderr).toContain('was signed by another CA: mkcert else@where.');
  });
});

describe('the CA', () => {
  it('is the same for eight parallel runs', async () => {
    const folders = Array.from({ length: 8 }, (_, index) => at(`p${index}`));
    folders.forEach((folder) => mkdirSync(folder));
    const env = bare();
    const ended = await Promise.all(folders.map((cwd) => cli(['certs'], { cwd, env })));
    expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(Array(8).fill('0 '));
    for (const folder of folders) {
      const made = new X509Certificate(readFileSync(join(folder, 'certs/cert.pem')));
      expect(made.verify(authority().publicKey)).toBe(true);
    }
    expect(readdirSync(sandbox().caRoot).toSorted()).toEqual(['rootCA-key.pem', 'rootCA.pem']);
  });

  it('is created from a key that an interrupted run has left', async () => {
    await certs();
    const key = readFileSync(ca('rootCA-key.pem'));
    rmSync(ca('rootCA.pem'));
    expect((await certs(['app.test'])).code).toBe(0);
    expect(readFileSync(ca('rootCA-key.pem'))).toEqual(key);
    expect(certificate().verify(authority().publicKey)).toBe(true);
  });

  const self = (...more: string[]): string[] => {
    const files = ['-keyout', ca('rootCA-key.pem'), '-out', ca('rootCA.pem')];
    const subject = ['-subj', '/O=mkcert development CA/OU=me/CN=m'];
    return ['req', '-x509', '-nodes', ...files, ...subject, ...more];
  };
  const p384 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'];

  it.each([
    ['RSA, as created by mkcert', ['-newkey', 'rsa:3072']],
    ['P-384', p384],
  ])('of the user is used: %s', async (_name, kind) => {
    openssl(...self(...kind));
    const before = treeOf(sandbox().caRoot);
    expect((await certs()).code).toBe(0);
    expect(treeOf(sandbox().caRoot)).toEqual(before);
    expect(openssl('verify', '-CAfile', ca('rootCA.pem'), 'certs/cert.pem')).toContain('OK');
  });

  const broken: [string, () => unknown, string][] = [
    [
      'without its key',
      () => {
        openssl(...self(...p384));
        rmSync(ca('rootCA-key.pem'));
      },
      'rootCA-key.pem is missing, so the CA cannot sign.',
    ],
    [
      'with another key',
      () => {
        openssl(...self(...p384));
        openssl('genpkey', '-algorithm', 'RSA', '-out', ca('rootCA-key.pem'));
      },
      'rootCA.pem is not the CA certificate of the key next to it.',
    ],
    [
      'that is not a CA',
      () => openssl(...self(...p384, '-addext', 'basicConstraints=critical,CA:FALSE')),
      'rootCA.pem is not the CA certificate of the key next to it.',
    ],
    [
      'that has expired',
      async () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2010-01-01') });
        const key = newKey();
        writeFileSync(ca('rootCA.pem'), await certifyCa(key, 'me@here'));
        writeFileSync(ca('rootCA-key.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
        vi.useRealTimers();
      },
      'rootCA.pem expired on Dec 29 23:59:59 2019 GMT.',
    ],
    [
      'with an encrypted key',
      () => {
        openssl(...self(...p384));
        const file = ca('rootCA-key.pem');
        openssl('pkcs8', '-topk8', '-in', file, '-out', `${file}.new`, '-passout', 'pass:word');
        execFileSync('mv', [`${file}.new`, file]);
      },
      'rootCA-key.pem contains no usable private key.',
    ],
    [
      'with a key type that TLS clients do not support',
      () => openssl(...self('-newkey', 'ed448')),
      "The CA's key has the type ed448, which cannot sign certificates for TLS.",
    ],
    [
      'that is not a certificate',
      () => {
        writeFileSync(ca('rootCA.pem'), 'nothing');
        openssl('genpkey', '-algorithm', 'RSA', '-out', ca('rootCA-key.pem'));
      },
      'rootCA.pem contains no certificate.',
    ],
  ];
  it.each(broken)('%s is kept, with a message', async (_name, make, message) => {
    await make();
    const before = treeOf(sandbox().caRoot);
    const { code, stderr } = await certs();
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain('CAROOT');
    expect(treeOf(sandbox().caRoot)).toEqual(before);
    expect(existsSync(at('certs/key.pem'))).toBe(false);
  });

  it('in a folder that is not writable is not created, with a message', async () => {
    const run = unprivileged(sandbox());
    chmodSync(sandbox().caRoot, 0o555);
    const { code, stderr } = await run(['certs'], { PATH: bare()['PATH'] });
    expect(code).toBe(1);
    expect(stderr).toContain(`${sandbox().caRoot} cannot be used: permission is denied (EACCES).`);
    expect(stderr).toContain('Set CAROOT to your own folder');
  });

  it('of another user cannot sign, with a message', async () => {
    await certs();
    rmSync(at('certs'), { recursive: true });
    const run = unprivileged(sandbox());
    chmodSync(sandbox().caRoot, 0o755);
    if (process.getuid?.() !== 0) {
      chmodSync(ca('rootCA-key.pem'), 0);
    }
    const { code, stderr } = await run(['certs'], { PATH: bare()['PATH'] });
    expect(code).toBe(1);
    expect(stderr).toContain('rootCA-key.pem cannot be read: permission denied.');
    expect(stderr).toContain('Set CAROOT to your own folder');
  });

  it("and the certificate are created by an unprivileged user in the user's own folders", async () => {
    const run = unprivileged(sandbox());
    own(sandbox().caRoot);
    ownFolder(at());
    expect((await run(['certs'], { PATH: bare()['PATH'] })).code).toBe(0);
    expect(statSync(ca('rootCA-key.pem')).mode & 0o777).toBe(0o400);
  });
});

describe('a folder that cannot get another one', () => {
  it.each([
    [
      'the working folder',
      (): [string, Environment] => ['/proc', {}],
      '/proc/certs cannot be used',
    ],
    [
      'the folder of the CA',
      (): [string, Environment] => [at(), { CAROOT: '/proc/ca' }],
      '/proc/ca cannot',
    ],
  ])('%s causes an error and no endless loop', async (_what, make, message) => {
    const [cwd, more] = make();
    const env = { ...bare(), ...more };
    const { code, stderr } = await cli(['certs'], { cwd, env, limitMs: 20_000 });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('the folder certs', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: at(), env: sandbox().env, encoding: 'utf8' });

  it('is ignored by git', async () => {
    git('init', '--quiet');
    await certs();
    git('add', '--all');
    expect(git('ls-files')).toBe('certs/.gitignore\n');
  });

  it('of the user gets no additional files, only a warning', async () => {
    git('init', '--quiet');
    mkdirSync(at('certs'));
    writeFileSync(at('certs/notes.txt'), 'mine');
    const { code, stderr } = await certs();
    expect(code).toBe(0);
    expect(stderr).toContain('git does not ignore certs/key.pem. Add certs/*.pem to .gitignore.');
    writeFileSync(at('.gitignore'), 'certs/*.pem\n');
    expect((await certs()).stderr).not.toContain('git');
    expect(readdirSync(at('certs')).toSorted()).toEqual(['cert.pem', 'key.pem', 'notes.txt']);
  });

  it('causes a message if its key is already in git', async () => {
    git('init', '--quiet');
    await certs();
    git('add', '--force', 'certs/key.pem');
    expect((await certs()).stderr).toContain(
      'git tracks certs/key.pem. Run: git rm --cached --ignore-unmatch certs/key.pem certs/cert.pem.',
    );
  });

  it('that is a file causes an error, and is kept', async () => {
    writeFileSync(at('certs'), 'mine');
    const { code, stderr } = await certs();
    expect(code).toBe(1);
    expect(stderr).toContain(`${at('certs')} cannot be used`);
    expect(readFileSync(at('certs'), 'utf8')).toBe('mine');
  });
});

describe('a rendered project', () => {
  const made = ['app', '--yes', '--no-install', '--no-git'];

  it('gets the names that it was created with', async () => {
    await cli([...made, '--hosts', 'app.test,10.0.0.1'], { cwd: at(), env: bare() });
    rmSync(at('app/certs'), { recursive: true });
    expect((await cli(['certs'], { cwd: at('app'), env: bare() })).code).toBe(0);
    const pem = readFileSync(at('app/certs/cert.pem'));
    expect(new X509Certificate(pem).subjectAltName).toBe('DNS:app.test, IP Address:10.0.0.1');
  });

  const inApp = (args: string[], more: Environment = {}): Promise<Ended> =>
    cli(['certs', ...args], { cwd: at('app'), env: { ...bare(), ...more } });
  const namesIn = (folder: string): string[] =>
    namesOn(new X509Certificate(readFileSync(at(folder, 'certs/cert.pem'))));
  const local = ['localhost', '127.0.0.1', '::1'];
  const make = (...flags: string[]): Promise<Ended> =>
    cli([...made, ...flags], { cwd: at(), env: bare() });

  it('is told that its service has another certificate', async () => {
    await make();
    expect((await inApp([])).stderr).not.toContain('The service does not use');
    const env = readFileSync(at('app/.env'), 'utf8');
    writeFileSync(at('app/.env'), env.replace('certs/cert.pem', '/srv/tls/chat.pem'));
    expect((await inApp([])).stderr).toContain(
      '! The service does not use this certificate. In .env, set CERT_KEY=certs/cert.pem, or keep its own: /srv/tls/chat.pem.',
    );
  });

  it("gets the names of the README's example in addition to its own", async () => {
    await make();
    const given = ['app.test', '*.app.test', '192.168.1.20'];
    const { code, stdout, stderr } = await inApp(given);
    expect(code).toBe(0);
    expect(namesIn('app')).toEqual([...local, ...given]);
    expect(stdout).toContain(
      'Added app.test, *.app.test, 192.168.1.20. To replace the names instead, pass --only.',
    );
    const pages = ['https://app.test:3000', 'https://192.168.1.20:3000'];
    const all = [...local.map((host) => originOf('https', host, 3000)), ...pages];
    expect(stderr).toContain(
      `! The service refuses pages from ${pages.join(', ')}. In .env, set DOMAINS=${all.join(',')}`,
    );
    expect(stderr).toContain(
      '! Other devices cannot reach 192.168.1.20. In .env, set HOST=0.0.0.0',
    );
    expect(stdout).toContain('To open https://app.test:3000 on this machine');
    expect(stdout).toContain('    127.0.0.1 app.test');
    expect(stdout).toContain('To open https://192.168.1.20:3000 on a phone in the same network');
    expect(stdout).toContain(`Copy ${ca('rootCA.pem')} to the phone`);
  });

  it('gets no advice that its settings already follow', async () => {
    await make('--hosts', 'localhost,app.test,192.168.1.20', '--host', '0.0.0.0');
    const { stdout, stderr } = await inApp(['app.test', '192.168.1.20']);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('Added');
    expect(stdout).toContain('To open https://app.test:3000 on this machine');
  });

  it.each([
    ['nothing', [], {}, [], ''],
    ['a name of this machine', ['a.localhost'], {}, ['https://a.localhost:3000'], ''],
    ['an IPv6 address', ['fd00::20'], {}, ['https://[fd00::20]:3000'], 'set HOST=::'],
    ['another port', ['a.test'], { PORT: '4000' }, ['https://a.test:4000'], ''],
    [
      'settings in the environment',
      ['10.0.0.9'],
      { DOMAINS: 'https://a.test', HOST: '127.0.0.1' },
      ['https://10.0.0.9:3000'],
      'In the environment, set HOST=0.0.0.0',
    ],
    ['plain HTTP', ['10.0.0.9'], { HTTPS: 'false' }, [], ''],
  ])('gets the lines for its settings: %s', async (_what, given, env, pages, host) => {
    await make();
    const { code, stderr } = await inApp(given, env);
    expect(code).toBe(0);
    const refused = pages.length > 0 ? `The service refuses pages from ${pages.join(', ')}. ` : '';
    expect(stderr).toContain(refused);
    expect(stderr.includes('The service refuses')).toBe(refused !== '');
    expect(stderr).toContain(host);
    expect(stderr.includes('Other devices')).toBe(host !== '');
  });

  it('behind a proxy gets them with the port of the proxy', async () => {
    await make('--cert-source', 'proxy', '--domain', 'chat.example.com');
    const { stderr } = await inApp(['10.0.0.9']);
    expect(stderr).toContain('refuses pages from https://10.0.0.9:8443. In .env, set DOMAINS=');
    expect(stderr).toContain('Change the addresses on which the local proxy listens, in proxy/.');
  });

  it.each([
    ['localhost', 'pass --host 0.0.0.0.'],
    ['0.0.0.0', ''],
  ])('created with an address of the network and --host %s explains it', async (host, said) => {
    const given = 'localhost,app.test,192.168.1.20';
    const { code, stdout, stderr } = await make('--hosts', given, '--host', host);
    expect(code).toBe(0);
    expect(stderr.includes('Other devices cannot reach 192.168.1.20')).toBe(said !== '');
    expect(stderr).toContain(said);
    expect(stdout).toContain('To open https://app.test:3000 on this machine');
    expect(stdout).toContain('To open https://192.168.1.20:3000 on a phone in the same network');
  });

  it('keeps added names when its certificate is renewed', async () => {
    await make();
    await inApp(['a.test']);
    await inApp(['b.test']);
    expect(namesIn('app')).toEqual([...local, 'a.test', 'b.test']);
    for (const again of [['--overwrite'], ['--days', '30'], []]) {
      // oxlint-disable-next-line no-await-in-loop -- one renewal after another
      expect((await inApp(again)).code).toBe(0);
      expect(namesIn('app')).toEqual([...local, 'a.test', 'b.test']);
    }
    rmSync(at('app/certs/key.pem'));
    await inApp([]);
    expect(namesIn('app')).toEqual([...local, 'a.test', 'b.test']);
    rmSync(at('app/certs/key.pem'));
    expect((await make()).code).toBe(0);
    expect(namesIn('app')).toEqual([...local, 'a.test', 'b.test']);
  });

  it('gets only the given names with --only, and a message about its own', async () => {
    await make();
    await inApp(['a.test']);
    const { code, stdout, stderr } = await inApp(['--only', 'b.test']);
    expect(code).toBe(0);
    expect(namesIn('app')).toEqual(['b.test']);
    expect(stdout).not.toContain('Added');
    expect(stderr).toContain(
      'The certificate does not cover localhost, 127.0.0.1, ::1, which this project needs. To add them, run certs without names.',
    );
    await inApp([]);
    expect(namesIn('app')).toEqual([...local, 'b.test']);
  });

  it('in a folder with the name of the command needs ./', async () => {
    expect((await cli(['./certs', ...made.slice(1)], { cwd: at(), env: bare() })).code).toBe(0);
    expect(existsSync(at('certs/package.json'))).toBe(true);
  });
});

describe('the output of certs --json', () => {
  const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(reportSchema);
  const documentOf = async (args: string[], code: number) => {
    const ended = await certs(['--json', ...args]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: '' });
    const document = JSON.parse(ended.stdout);
    expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true);
    return document;
  };

  it('describes a dry run, a run, and the same run again', async () => {
    const planned = await documentOf(['--dry-run', 'app.test'], 0);
    expect(planned.steps).toMatchObject([
      { command: `${thisProgram} certs app.test`, status: 'planned' },
    ]);
    expect(readdirSync(at())).toEqual([]);
    const done = await documentOf(['app.test'], 0);
    expect(done).toMatchObject({ ok: true, command: 'certs', directory: at() });
    expect(done.steps).toMatchObject([{ status: 'done' }]);
    expect(done.certificate).toMatchObject({ hosts: ['app.test'] });
    expect(Date.parse(done.certificate.validTo)).toBe(Date.parse(certificate().validTo));
    expect((await documentOf([], 0)).steps).toMatchObject([{ status: 'already' }]);
  });

  it('describes refusals and failures', async () => {
    expect((await documentOf(['a b'], 2)).error).toMatchObject({ code: 'invalid-value' });
    theirPair();
    expect((await documentOf(['localhost'], 2)).error).toMatchObject({
      code: 'conflict',
      details: ['certs/key.pem', 'certs/cert.pem'],
    });
    rmSync(at('certs'), { recursive: true });
    writeFileSync(ca('rootCA.pem'), 'nothing');
    const failed = await documentOf(['localhost'], 1);
    expect(failed.error).toMatchObject({ code: 'step-failed', stage: 'steps' });
    expect(failed.steps).toMatchObject([{ status: 'failed' }]);
  });
});

describeWith(['mkcert'], 'certs if mkcert is installed', () => {
  const run = (args: string[], path = process.env['PATH']): Promise<Ended> =>
    certs(args, { PATH: path });

  it('lets mkcert sign, and signs with the same CA for --days, which mkcert lacks', async () => {
    expect((await run(['app.test'])).code).toBe(0);
    const first = authority().fingerprint256;
    expect(certificate().verify(authority().publicKey)).toBe(true);
    await run(['app.test', '--days', '5']);
    expect(authority().fingerprint256).toBe(first);
    expect(certificate().verify(authority().publicKey)).toBe(true);
    expect((await run(['app.test', '--days', '5'])).stdout).not.toContain('certificate created');
  });

  it('also reports in JSON the output of mkcert after a failure', async () => {
    writeFileSync(at('file'), '');
    const failed = await certs(['--json'], { PATH: process.env['PATH'], CAROOT: at('file') });
    expect(failed.code).toBe(1);
    const { error, steps } = JSON.parse(failed.stdout);
    expect(error.details.join()).toContain('not a directory');
    expect(error.fix).toMatch(/^Nothing was changed in certs\/\. After fixing that, run: mkcert /);
    expect(steps[0].advice).toContain('not a directory');
  });

  it('explains a CA that cannot sign better than mkcert', async () => {
    await run([]);
    rmSync(ca('rootCA-key.pem'), { force: true });
    const { code, stderr } = await run(['other.test']);
    expect(code).toBe(1);
    expect(stderr).toContain('rootCA-key.pem is missing, so the CA cannot sign.');
    expect(stderr).toContain('Copy the key of that CA to this path');
  });

  it('lets mkcert write into a folder that only the user can enter, even over a key that others could read', async () => {
    await run([]);
    chmodSync(at('certs/key.pem'), 0o644);
    const folder = join(sandbox().home, 'watched');
    mkdirSync(folder);
    const real = findProgram('mkcert') ?? '';
    writeFileSync(
      join(folder, 'mkcert'),
      `#!/bin/sh\numask 0\nstat -c %a "$(dirname "$3")" > "$HOME/mode"\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    expect((await run(['app.test'], `${folder}:${process.env['PATH']}`)).code).toBe(0);
    expect(readFileSync(join(sandbox().home, 'mode'), 'utf8').trim()).toBe('700');
    expect(statSync(at('certs/key.pem')).mode & 0o777).toBe(0o600);
  });
});
