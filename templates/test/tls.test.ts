import assert from 'node:assert/strict';
import { generateKeyPair } from 'node:crypto';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { readSettings } from '../src/settings.js';
import { readTls } from '../src/tls.js';
import { makeCertificate } from './certificate.js';
import { start, writeFiles } from './helper.js';

const { key, cert } = makeCertificate();
const { privateKey: rsa } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
const rsaKey = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
const lock = { cipher: 'aes-256-cbc', passphrase: 'open sesame' };
const lockedKey = rsa.export({ type: 'pkcs8', format: 'pem', ...lock }).toString();

const mistakes = {
  'a key of another certificate': {
    files: { key: makeCertificate().key, cert },
    line: /key does not belong to .*cert\. Correct CERT_KEY\.$/,
  },
  'an RSA key beside an EC certificate': {
    files: { key: rsaKey, cert },
    line: /key does not belong to .*cert\. Correct CERT_KEY\.$/,
  },
  'a certificate that has expired': {
    files: makeCertificate({ days: -1 }),
    line: /cert expired on .* GMT\. Correct CERT_KEY\.$/,
  },
  'a certificate that is not valid yet': {
    files: makeCertificate({ days: 4 }),
    line: /cert is not valid before .* GMT\. Correct CERT_KEY\.$/,
  },
  'a certificate without any host': {
    files: makeCertificate({ use: 'nothing' }),
    line: /cert names no host \(it has no subjectAltName\)\. Correct CERT_KEY\.$/,
  },
  'a key that is missing': {
    files: { cert },
    line: /key is not there\. Correct PRIV_KEY\.$/,
  },
  'a certificate that is missing': {
    files: { key },
    line: /cert is not there\. Correct CERT_KEY\.$/,
  },
  'a key that is locked': {
    files: { key: lockedKey, cert },
    line: /key is encrypted, and KEY_PASSPHRASE does not open it\.$/,
  },
  'a key file that holds no key': {
    files: { key: cert, cert },
    line: /key is not a private key in PEM form\. Correct PRIV_KEY\.$/,
  },
  'a certificate file that holds no certificate': {
    files: { key, cert: key },
    line: /cert is not a certificate in PEM form\. Correct CERT_KEY\.$/,
  },
  'a certificate with a broken chain': {
    files: { key, cert: `${cert}${cert.slice(0, 200)}` },
    line: /^OpenSSL refuses .*cert: /,
  },
};

for (const [what, { files, line }] of Object.entries(mistakes)) {
  test(`${what} is refused in one line`, (t) => {
    const settings = settingsFor(t, files);
    assert.throws(() => readTls(settings), { name: 'Mistakes', message: line });
  });
}

test('a certificate for other hosts than HOST and DOMAINS is refused in one line', (t) => {
  const settings = settingsFor(t, { key, cert });
  const elsewhere = { ...settings, HOST: '10.0.0.1', DOMAINS: ['https://app.example:8443'] };
  assert.throws(() => readTls(elsewhere), {
    message: /cert covers DNS:localhost, .* a host in DOMAINS \(10\.0\.0\.1, app\.example\)\. /,
  });
  assert.ok(readTls({ ...elsewhere, HOST: '::1' }));
  assert.ok(readTls({ ...elsewhere, HOST: '0.0.0.0' }));
  assert.ok(readTls({ ...elsewhere, DOMAINS: ['https://app.example', 'https://[::1]:3000'] }));
});

test('a client that trusts the root alone accepts the chain of CA_CERT', async (t) => {
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

test('a key that is locked is opened by its passphrase', (t) => {
  const settings = settingsFor(t, { key: lockedKey, cert });
  const opened = { ...settings, KEY_PASSPHRASE: lock.passphrase };
  assert.throws(() => readTls(opened), { message: /key does not belong to/ });
});

test('TLS 1.2 and 1.3 are spoken, with forward secrecy only', async (t) => {
  const { ca, url } = await start(t);
  assert.equal(await handshake(url, { ca, maxVersion: 'TLSv1.2' }), 'TLSv1.2');
  assert.equal(await handshake(url, { ca }), 'TLSv1.3');
  const old = {
    ca,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  await assert.rejects(handshake(url, old), /alert number 70|protocol version/i);
  const cbc = { ca, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
  await assert.rejects(handshake(url, cbc), /alert number 40|handshake failure/i);
});

function settingsFor(t: TestContext, files: Record<string, string>) {
  const path = writeFiles(t, files);
  return readSettings({ PRIV_KEY: path('key'), CERT_KEY: path('cert') });
}

/** Gives the version that client and service agree on. */
async function handshake(url: string, options: ConnectionOptions) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ...options });
  await once(socket, 'secureConnect');
  const version = socket.getProtocol();
  socket.destroy();
  return version;
}
