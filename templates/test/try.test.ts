import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { greet } from '../scripts/greet.js';
import { targetOf } from '../scripts/target.js';
import { portOf } from '../src/loopback.js';
import { readSettings } from '../src/settings.js';
import { makeCertificate } from './certificate.js';
import { allowedOrigin, start, writeFiles, type Service } from './helper.js';
import { runScript } from './program.js';

/** An authority; its file has the name that mkcert gives it. */
function authority(t: TestContext, name: string) {
  const pair = makeCertificate({ name, use: 'signing' });
  const path = writeFiles(t, { 'rootCA.pem': pair.cert })('rootCA.pem');
  return { name, ...pair, path, folder: dirname(path) };
}

/** Starts a service whose certificate that authority has signed. */
function serveFor(t: TestContext, issuer: ReturnType<typeof authority>) {
  const path = writeFiles(t, makeCertificate({ issuer }));
  return start(t, { env: { PRIV_KEY: path('key'), CERT_KEY: path('cert') } });
}

/** Tries the service by an address, as a page that may. */
function tryIt(t: TestContext, { url }: Service, env: Record<string, string>) {
  return runScript(t, 'try', { args: [`${url}/live`, allowedOrigin], env });
}

test("try trusts mkcert's authority, and shows the answer and the certificate", async (t) => {
  const mkcert = authority(t, 'mkcert');
  const { app } = await serveFor(t, mkcert);
  const address = { HOST: '127.0.0.1', PORT: String(portOf(app)), TRUST_PROXY: '' };
  const env = { CAROOT: mkcert.folder, HTTPS: 'true', DOMAINS: allowedOrigin, ...address };
  const { code, stdout, stderr } = await runScript(t, 'try', { env });
  assert.equal(stderr, '');
  assert.match(stdout, /DNS:localhost, IP Address:127\.0\.0\.1, .* valid to .* GMT\n/);
  assert.match(stdout, /Sent "Hello" and got "Echo: Hello"\.\n$/);
  assert.equal(code, 0);
});

test("try trusts the user's own NODE_EXTRA_CA_CERTS, beside mkcert's authority or alone", async (t) => {
  const [mkcert, own] = [authority(t, 'mkcert'), authority(t, 'Own')];
  const service = await serveFor(t, own);
  const roots = [mkcert.folder, `${mkcert.folder}/none`];
  const ended = await Promise.all(
    roots.map((CAROOT) => tryIt(t, service, { CAROOT, NODE_EXTRA_CA_CERTS: own.path })),
  );
  for (const { code, stderr } of ended) assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('try trusts nobody else, and says which way leads out', async (t) => {
  const [mkcert, other] = [authority(t, 'mkcert'), authority(t, 'mkcert')];
  const service = await serveFor(t, mkcert);
  const none = `${mkcert.folder}/none`;
  const [another, missing] = await Promise.all([
    tryIt(t, service, { CAROOT: other.folder, NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    tryIt(t, service, { CAROOT: none }),
  ]);
  for (const { code, stderr } of [another, missing]) {
    assert.match(stderr, /The certificate is not trusted \(\w+\): .*npm run certs\n$/);
    assert.equal(code, 1);
  }
  assert.ok(another.stderr.includes(`not of mkcert's authority in ${other.folder}.`));
  assert.ok(missing.stderr.includes(`mkcert's authority is not in ${none}.`));
});

/** Greets in this process: for that no trust is needed. */
async function greetBy(...words: string[]) {
  return greet(targetOf(readSettings({}), words));
}

test('try speaks plain ws://, and names the cause where no socket opens', async (t) => {
  const { app, url } = await start(t, { env: { HTTPS: 'false' } });
  const { host } = new URL(url);
  assert.equal((await greetBy(`ws://${host}`, allowedOrigin)).answer, 'Echo: Hello');
  const failures = [
    { words: [`ws://${host}`], line: /^403: the service does not list http:\S+ in DOMAINS\./ },
    {
      words: [`ws://${host}/nowhere`, allowedOrigin],
      line: /nowhere answered with HTTP status 404/,
    },
    { words: [`wss://${host}`], line: /does not speak TLS\. / },
    { words: ['ftp://127.0.0.1'], line: /^"ftp:.*" is no address of a socket\. / },
  ];
  for (const { words, line } of failures) {
    await assert.rejects(greetBy(...words), { name: 'Mistakes', message: line });
  }
  await app.close();
  const message = /^Nothing listens at 127\.0\.0\.1:\d+\. .* npm run dev$/;
  await assert.rejects(greetBy(`ws://${host}`), { name: 'Mistakes', message });
});

test('try takes a socket that closes without an answer for a failure', async (t) => {
  const { url } = await start(t, { env: { HTTPS: 'false' }, addRoutes: addSilence });
  const message = /closed with code 4000 before an answer came/;
  await assert.rejects(greetBy(`${url}/silent`, allowedOrigin), { name: 'Mistakes', message });
});

function addSilence(app: FastifyInstance): void {
  app.get('/silent', { websocket: true }, (socket) => socket.close(4000));
}

const places = {
  'the page on its port': {
    env: { DOMAINS: 'https://a.test:3000' },
    url: 'wss://a.test:3000/live',
  },
  'the usual port': {
    env: { DOMAINS: 'http://a.test,https://a.test', PORT: '443' },
    url: 'wss://a.test/live',
  },
  'its proxy': {
    env: { DOMAINS: 'https://a.test:8443', TRUST_PROXY: '127.0.0.1', HTTPS: 'false' },
    url: 'wss://a.test:8443/live',
  },
  'where it listens, since the pages are elsewhere': {
    env: { DOMAINS: 'https://a.test', HOST: '::1' },
    url: 'wss://[::1]:3000/live',
  },
  'this machine, since it listens everywhere': {
    env: { DOMAINS: 'https://a.test', HOST: '0.0.0.0' },
    url: 'wss://localhost:3000/live',
  },
};

for (const [what, { env, url }] of Object.entries(places)) {
  test(`without an address, try connects to ${what}`, () => {
    const target = targetOf(readSettings(env), []);
    assert.equal(target.url.href, url);
    assert.ok(env.DOMAINS.split(',').includes(target.origin));
  });
}
