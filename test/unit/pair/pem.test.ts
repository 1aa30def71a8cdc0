import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type Ended } from '../../support/cli.js';
import { make as sign, serverUsage } from '../../support/pki.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
const at = (name: string): string => join(place.folder, name);

/** Creates a key and a self-signed certificate for one name. */
function make(name: string, host: string, ...more: string[]): void {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
  const subject = ['-subj', `/CN=${host.split(',')[0]}`, '-addext', `subjectAltName=DNS:${host}`];
  const options = more.length > 0 ? more : ['-nodes'];
  const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=serverAuth'];
  const noCa = extensions.flatMap((extension) => ['-addext', extension]);
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...subject, ...noCa, ...options], {
    stdio: 'pipe',
  });
}

function run(key: string, cert: string, ...more: string[]): Promise<Ended> {
  const source = ['--cert-source', 'files', '--key-file', key, '--cert-file', cert];
  return cli(['app', '--yes', '--no-install', '--no-git', '--overwrite', ...source, ...more], {
    cwd: place.folder,
    env: place.env,
  });
}

beforeAll(() => {
  make('local', 'localhost');
  make('chat', 'chat.example.com');
  const names = 'a.example.com,IP:2001:db8::1,URI:https://b.example.com/x,email:c@example.com';
  make('names', names, '-nodes');
  make('wildcard', '*.example.com');
  make('secret', 'localhost', '-passout', 'pass:word');
  execFileSync('openssl', [
    'x509',
    '-in',
    at('local.pem'),
    '-outform',
    'DER',
    '-out',
    at('local.der'),
  ]);
  writeFileSync(at('empty.pem'), '');
  execFileSync('mkfifo', [at('pipe.pem')]);
});
afterAll(() => place.remove());

describe('key and certificate of the user', () => {
  it('are named in .env with their own paths', async () => {
    const { code, stderr } = await run('local.key', 'local.pem');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const env = execFileSync('cat', [join(place.folder, 'app/.env')], { encoding: 'utf8' });
    expect(env).toContain(`PRIV_KEY=${at('local.key')}\nCERT_KEY=${at('local.pem')}\n`);
  });

  it.each([
    ['chat', 'https://chat.example.com:3000'],
    ['names', 'https://a.example.com:3000,https://[2001:db8::1]:3000'],
    ['wildcard', 'https://localhost:3000,https://127.0.0.1:3000,https://[::1]:3000'],
  ])('decide which pages may connect: %s', async (name, origins) => {
    expect((await run(`${name}.key`, `${name}.pem`)).code).toBe(0);
    const env = readFileSync(join(place.folder, 'app/.env'), 'utf8');
    expect(env).toContain(`DOMAINS=${origins}\n`);
  });

  it.each([
    ['none.key', 'local.pem', '--key-file: none.key cannot be read'],
    ['local.key', 'none.pem', '--cert-file: none.pem cannot be read'],
    ['chat.key', 'local.pem', '--key-file: chat.key does not belong to local.pem.'],
    ['local.key', 'local.der', '--cert-file: local.der contains no PEM certificate.'],
    ['local.key', 'local.key', '--cert-file: local.key contains no PEM certificate.'],
    ['local.pem', 'local.pem', '--key-file: local.pem contains no private key.'],
    ['empty.pem', 'local.pem', '--key-file: empty.pem contains no private key.'],
    ['local.key', 'app', '--cert-file: app cannot be read'],
    ['pipe.pem', 'local.pem', '--key-file: pipe.pem cannot be read: it is not a regular file.'],
    ['local.key', 'pipe.pem', '--cert-file: pipe.pem cannot be read: it is not a regular file.'],
  ])('%s with %s are refused, with exit code 2', async (key, cert, message) => {
    const { code, stderr } = await run(key, cert);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    [
      'chat.key',
      'chat.pem',
      'The certificate covers no origin in --origins. Its names: DNS:chat.example.com.',
    ],
    ['secret.key', 'secret.pem', 'The key is encrypted: set KEY_PASSPHRASE in .env.'],
  ])('%s with %s are accepted with a warning', async (key, cert, message) => {
    const { code, stderr } = await run(key, cert, '--origins', 'https://localhost:3000');
    expect(code).toBe(0);
    expect(stderr).toContain(message);
  });

  it('are accepted with a warning if the intermediate certificate is missing', async () => {
    const root = await sign({ name: 'CN=Root', isCa: true });
    const middle = await sign({ name: 'CN=Middle', isCa: true, by: root });
    const server = await sign({
      name: 'CN=chat',
      hosts: ['chat.example.com'],
      usage: serverUsage,
      by: middle,
    });
    writeFileSync(at('leaf.key'), server.key, { mode: 0o600 });
    writeFileSync(at('leaf.pem'), server.cert);
    writeFileSync(at('middle.pem'), middle.cert);
    writeFileSync(at('whole.pem'), `${server.cert}\n${middle.cert}`);
    const leaf = await run('leaf.key', 'leaf.pem');
    expect(leaf.stderr).toContain(
      'leaf.pem does not contain the certificate of its issuer, CN=Middle.',
    );
    const more = ['--ca-file', 'middle.pem'];
    expect((await run('leaf.key', 'leaf.pem', ...more)).stderr).not.toContain('issuer');
    expect((await run('leaf.key', 'whole.pem')).stderr).not.toContain('issuer');
  });
});
