import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPair } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { readTls } from '../src/lib/tls.js';
import { readSettings } from '../src/settings.js';
import { makeCertificate } from './certificate.js';
import { start, writeFiles } from './helper.js';

const { key, cert } = makeCertificate();
const { key: otherKey } = makeCertificate();
const { privateKey: rsa } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
const rsaKey = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
const lock = { cipher: 'aes-256-cbc', passphrase: 'open sesame' };
const lockedKey = rsa.export({ type: 'pkcs8', format: 'pem', ...lock }).toString();

// The message without its advice. `key` and `cert` are the names of the files.
const mistakes: [string, Record<string, string>, RegExp][] = [
  ['the key of another certificate', { key: otherKey, cert }, /key does not belong to .*cert/],
  ['an RSA key with an EC certificate', { key: rsaKey, cert }, /key does not belong to .*cert/],
  ['an expired certificate', makeCertificate({ days: -1 }), /cert expired on .* GMT/],
  [
    'a certificate that is not valid yet',
    makeCertificate({ days: 4 }),
    /cert is not valid before .* GMT/,
  ],
  ['a certificate without a host', makeCertificate({ use: 'nothing' }), /cert names no host/],
  ['a missing key', { cert }, /key does not exist/],
  ['a missing certificate', { key }, /cert does not exist/],
  [
    'an encrypted key',
    { key: lockedKey, cert },
    /key is encrypted, and KEY_PASSPHRASE does not decrypt it/,
  ],
  ['a key file without a key', { key: cert, cert }, /key is not a private key in PEM form/],
  ['a file without a certificate', { key, cert: key }, /cert is not a certificate in PEM form/],
  ['a broken chain', { key, cert: cert + cert.slice(0, 200) }, /OpenSSL refuses .*cert: /],
];

for (const [what, files, problem] of mistakes) {
  test(`${what} is reported in one line`, (t) => {
    const settings = settingsFor(t, files);
    const message = new RegExp(`^\\S*${problem.source}.*\\.$`);
    assert.throws(() => readTls(settings), { name: 'ConfigError', message });
  });
}

test('a missing file in production is no reason to create a development certificate', (t) => {
  const [directory, environment] = [process.cwd(), process.env['NODE_ENV'] ?? ''];
  t.after(() => {
    process.chdir(directory);
    process.env['NODE_ENV'] = environment;
  });
  process.chdir(tmpdir());
  process.env['NODE_ENV'] = 'production';
  assert.throws(() => readTls(readSettings({}, {})), {
    message: /key\.pem does not exist\. Set PRIV_KEY to the file of this server\.$/,
  });
});

test('a certificate for other hosts than HOST and DOMAINS is reported in one line', (t) => {
  const settings = settingsFor(t, { key, cert });
  const elsewhere = { ...settings, HOST: '10.0.0.1', DOMAINS: ['https://app.example:8443'] };
  assert.throws(() => readTls(elsewhere), {
    message: /cert covers DNS:localhost, .* a host in DOMAINS \(10\.0\.0\.1, app\.example\)\. /,
  });
  assert.ok(readTls({ ...elsewhere, HOST: '::1' }));
  assert.ok(readTls({ ...elsewhere, HOST: '0.0.0.0' }));
  assert.ok(readTls({ ...elsewhere, DOMAINS: ['https://app.example', 'https://[::1]:3000'] }));
});

test('a client that only trusts the root accepts the chain of CA_CERT', async (t) => {
  const root = { name: 'Root', ...makeCertificate({ name: 'Root', use: 'signing' }) };
  const middle = makeCertificate({ name: 'Middle', issuer: root, use: 'signing' });
  const leaf = makeCertificate({ issuer: { name: 'Middle', ...middle } });
  const path = writeFiles(t, { key: leaf.key, cert: leaf.cert, chain: middle.cert });
  const files = { PRIV_KEY: path('key'), CERT_KEY: path('cert') };
  const whole = await start(t, { env: { ...files, CA_CERT: path('chain') } });
  assert.equal(await handshake(whole.url, { ca: root.cert }), 'TLSv1.3');
  const broken = await start(t, { env: files });
  await assert.rejects(handshake(broken.url, { ca: root.cert }), /unable to verify/);
});

test('a pipe or a folder as a file is reported', (t) => {
  const folder = writeFiles(t, {})('.');
  const pipe = join(folder, 'pipe');
  if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
  for (const PRIV_KEY of process.platform === 'win32' ? [folder] : [folder, pipe]) {
    const message = /cannot be read: it is not a regular PEM file\. Correct PRIV_KEY\.$/;
    assert.throws(() => readTls(readSettings({ PRIV_KEY })), { name: 'ConfigError', message });
  }
});

test('an encrypted key is decrypted with KEY_PASSPHRASE', (t) => {
  const settings = settingsFor(t, { key: lockedKey, cert });
  const opened = { ...settings, KEY_PASSPHRASE: lock.passphrase };
  assert.throws(() => readTls(opened), { message: /key does not belong to/ });
});

test('only TLS 1.2 and 1.3 with forward secrecy are supported', async (t) => {
  const { ca, url } = await start(t);
  assert.equal(await handshake(url, { ca, maxVersion: 'TLSv1.2' }), 'TLSv1.2');
  assert.equal(await handshake(url, { ca }), 'TLSv1.3');
  const ciphers = 'DEFAULT@SECLEVEL=0';
  const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers } as const;
  await assert.rejects(handshake(url, old), /alert number 70|protocol version/i);
  const cbc = { ca, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
  await assert.rejects(handshake(url, cbc), /alert number 40|handshake failure/i);
});

function settingsFor(t: TestContext, files: Record<string, string>) {
  const path = writeFiles(t, files);
  return readSettings({ PRIV_KEY: path('key'), CERT_KEY: path('cert') });
}

/** Returns the negotiated TLS version. */
async function handshake(url: string, options: ConnectionOptions) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ...options });
  await once(socket, 'secureConnect');
  const version = socket.getProtocol();
  socket.destroy();
  return version;
}
