import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { allowedOrigin, ask, closeCode, next, start, until } from './helper.js';
import { audience, authSettings, bearer, makeToken, movingClock, secret } from './tokens.js';

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The public key as an identity provider publishes it. */
function jwk(key: KeyObject, kid: string) {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig' };
}

/** An identity provider: `answer` is what it says about its keys. */
async function startProvider(t: TestContext, keys: object[] = []) {
  const provider = { keys, status: 200, requests: 0, url: '' };
  const server = createServer((_request, response) => {
    provider.requests += 1;
    response.writeHead(provider.status).end(JSON.stringify({ keys: provider.keys }));
  });
  await next(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return provider;
}

/** A token that names its key. */
const signed = (kid: string, key: KeyObject) => makeToken({}, { key, header: { kid } });

/** The settings for the keys of a provider, in place of secrets. */
const keysFrom = (url: string) => ({ AUTH_SECRETS: '', AUTH_JWKS_URL: url });

/** The status with which a token is refused, or 101. */
async function statusOf(service: Awaited<ReturnType<typeof start>>, token: string) {
  try {
    const socket = await service.connect('/test-echo', { headers: bearer(token) });
    socket.terminate();
    return 101;
  } catch (error) {
    return Number(/response: (\d+)/.exec(String(error))?.[1]);
  }
}

test('a program opens a socket with a token, and handlers know the user', async (t) => {
  let seen: unknown;
  const addRoutes = (app: FastifyInstance) => {
    app.get('/test-me', { websocket: true }, (_socket, { user }) => void (seen = user));
  };
  const { app, connect, log } = await start(t, { addRoutes });
  const exp = seconds(60);
  const token = makeToken({ sub: 'grace', scope: 'read write', exp, iat: exp - 90 });
  await connect('/test-me', { headers: bearer(token) });
  await until(() => seen !== undefined);
  const user = { id: 'grace', scopes: ['read', 'write'], expiresAt: exp * 1000 };
  assert.deepEqual(seen, { ...user, issuedAt: (exp - 90) * 1000 });
  const [served] = app.websocketServer.clients;
  assert.equal(Reflect.get(Object(served), 'userId'), 'grace');
  assert.equal((await log.has(/^socket opened$/)).user, 'grace');
  assert.doesNotMatch(JSON.stringify(log.lines), new RegExp(token.slice(-20)));
});

test('tokens that an attacker could send are refused with 401', async (t) => {
  const service = await start(t);
  const none = makeToken({}, { header: { alg: 'none' } });
  const [head = '', claims = '', end = ''] = makeToken().split('.');
  const [, otherClaims = ''] = makeToken({ sub: 'admin' }).split('.');
  const refused: Record<string, string> = {
    'another issuer': makeToken({ iss: 'https://evil.example' }),
    'another audience': makeToken({ aud: 'other.example' }),
    'another key': makeToken({}, { key: 'another-secret-with-more-than-32-bytes' }),
    'no issuer': makeToken({ iss: undefined }),
    'no audience': makeToken({ aud: undefined }),
    'no expiry': makeToken({ exp: undefined }),
    'no user': makeToken({ sub: undefined }),
    'an empty user': makeToken({ sub: '' }),
    'a user who is not a text': makeToken({ sub: { toString: 'ada' } }),
    'a very long user': makeToken({ sub: 'a'.repeat(300) }),
    'an expired one': makeToken({ exp: seconds(-10) }),
    'one that is not valid yet': makeToken({ nbf: seconds(60) }),
    'no signature': none.replace(/[^.]*$/, ''),
    'a signature with algorithm none': none,
    'an unknown extension': makeToken({}, { header: { crit: ['x'], x: 1 } }),
    'claims of another token': `${head}.${otherClaims}.${end}`,
    'a truncated one': `${head}.${claims}.${end.slice(0, -3)}`,
    'half of one': `${head}.${claims}`,
    nothing: 'x',
  };
  for (const [what, token] of Object.entries(refused)) {
    assert.equal(await statusOf(service, token), 401, what);
  }
  assert.equal(await statusOf(service, makeToken()), 101);
  assert.equal(await statusOf(service, makeToken({ aud: ['other.example', audience] })), 101);
});

test('without credentials, a handshake is refused, and the answer says what is missing', async (t) => {
  const { connect, log } = await start(t);
  for (const authorization of ['', 'Basic YTpi', 'Bearer', 'Bearer a b']) {
    await assert.rejects(connect('/test-echo', { headers: { authorization } }), /response: 401/);
  }
  await log.has(/^The Authorization header has no bearer token\.$/);
});

test('a token in the URL or in a subprotocol is refused, and not logged', async (t) => {
  const { connect, log } = await start(t);
  const token = makeToken();
  for (const query of [`token=${token}`, `access_token=x`, `ticket=${token}`]) {
    await assert.rejects(connect(`/test-echo?${query}`), /response: 400/, query);
  }
  await log.has(/^A token must not be in the URL\./);
  const headers = { 'sec-websocket-protocol': `chat, ${token}` };
  await assert.rejects(connect('/test-echo', { headers }), /response: 400/);
  await log.has(/^A token must not be in Sec-WebSocket-Protocol\./);
  assert.ok(!JSON.stringify(log.lines).includes(token.slice(-20)));
});

function addOpenRoute(app: FastifyInstance): void {
  app.get('/test-open', { websocket: true, config: { public: true } }, (socket) => {
    socket.send('hello');
  });
  app.get('/private', { onRequest: app.requireUser }, async ({ user }) => user?.id);
}

test('a route can be open to everyone, and plain HTTP stays open', async (t) => {
  const { app, connect } = await start(t, { addRoutes: addOpenRoute });
  await connect('/test-open', { headers: { authorization: '' } });
  for (const url of ['/', '/healthz', '/readyz']) {
    assert.equal((await app.inject(url)).statusCode, 200, url);
  }
  const refused = await app.inject('/private');
  assert.equal(refused.statusCode, 401);
  assert.equal(refused.headers['www-authenticate'], 'Bearer');
  assert.equal((await app.inject({ url: '/private', headers: bearer() })).body, 'ada');
});

test('two secrets are valid: the new one and the old one', async (t) => {
  const old = 'an-old-secret-with-more-than-32-bytes-in-it';
  const service = await start(t, { env: { AUTH_SECRETS: `${secret},${old}` } });
  assert.equal(await statusOf(service, makeToken()), 101);
  assert.equal(await statusOf(service, makeToken({}, { key: old })), 101);
  assert.equal(await statusOf(service, makeToken({}, { key: `${old}x` })), 401);
});

test('keys are fetched once, and a new key is found by its kid', async (t) => {
  const [first, second] = [ec(), ec()];
  const provider = await startProvider(t, [jwk(first.publicKey, 'one')]);
  const service = await start(t, { env: keysFrom(provider.url) });
  await until(async () => (await service.app.inject('/readyz')).statusCode === 200);
  for (let i = 0; i < 3; i++) {
    assert.equal(await statusOf(service, signed('one', first.privateKey)), 101);
  }
  // Unknown keys cannot make the service send requests.
  for (let i = 0; i < 20; i++) {
    assert.equal(await statusOf(service, signed(`x${i}`, second.privateKey)), 401);
  }
  assert.equal(provider.requests, 1);
  // Half a minute later, an unknown one is looked up.
  const setClock = movingClock(t);
  setClock(31_000);
  provider.keys = [jwk(first.publicKey, 'one'), jwk(second.publicKey, 'two')];
  assert.equal(await statusOf(service, signed('two', second.privateKey)), 101);
  assert.equal(await statusOf(service, signed('one', second.privateKey)), 401);
  assert.equal(provider.requests, 2);
  // The keys stay in use while the provider is away.
  setClock(1_200_000);
  provider.status = 503;
  assert.equal(await statusOf(service, signed('two', second.privateKey)), 101);
});

test('HS256 with the public key as the secret is refused, and so is alg: none', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = await startProvider(t, [jwk(rsa.publicKey, 'one')]);
  const service = await start(t, { env: keysFrom(provider.url) });
  const header = { kid: 'one' };
  for (const form of [
    { type: 'spki', format: 'pem' } as const,
    { type: 'pkcs1', format: 'pem' } as const,
  ]) {
    const key = String(rsa.publicKey.export(form));
    assert.equal(await statusOf(service, makeToken({}, { key, header })), 401, form.type);
  }
  assert.equal(await statusOf(service, makeToken({}, { header: { ...header, alg: 'none' } })), 401);
  assert.equal(await statusOf(service, makeToken({}, { key: rsa.privateKey, header })), 101);
});

test('while the keys were never fetched, the answer is 503, and the service is not ready', async (t) => {
  const { publicKey, privateKey: key } = ec();
  const provider = await startProvider(t, [jwk(publicKey, 'one')]);
  provider.status = 500;
  const service = await start(t, { env: keysFrom(provider.url) });
  const token = makeToken({}, { key, header: { kid: 'one' } });
  assert.equal(await statusOf(service, token), 503);
  const ready = await service.app.inject('/readyz');
  assert.equal(ready.statusCode, 503);
  assert.match(ready.json().reason, /keys for verifying tokens/);
  await service.log.has(/^AUTH_JWKS_URL cannot be fetched\.$/);
  provider.status = 200;
  assert.equal(await statusOf(service, token), 101);
  assert.equal((await service.app.inject('/readyz')).statusCode, 200);
});

test('a socket closes with 4401 when its token expires, not before', async (t) => {
  const { connect } = await start(t);
  // Clocks may differ by five seconds, so this token is valid for three more.
  const token = makeToken({ exp: seconds(-2) });
  const socket = await connect('/test-echo', { headers: bearer(token) });
  const other = await connect();
  assert.equal(await ask(socket, 'hello'), 'hello');
  assert.equal(await closeCode(socket), 4401);
  assert.equal(await ask(other, 'hello'), 'hello');
});

test('a token that is valid for months does not close its socket at once', async (t) => {
  const { connect } = await start(t);
  // Node warns of a timer that is too long, and fires it at once.
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => void warnings.push(name);
  process.on('warning', onWarning);
  t.after(() => process.off('warning', onWarning));
  const token = makeToken({ exp: seconds(60 * 60 * 24 * 60) });
  const socket = await connect('/test-echo', { headers: bearer(token) });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await ask(socket, 'hello'), 'hello');
  assert.deepEqual(warnings, []);
});

test('closeUser closes all sockets of a user, and refuses the tokens until now', async (t) => {
  const service = await start(t);
  const { app, connect } = service;
  const old = makeToken({ iat: seconds(-60) });
  const own = [await connect('/test-echo', { headers: bearer(old) }), await connect()];
  const other = await connect('/test-echo', { headers: bearer(makeToken({ sub: 'grace' })) });
  const codes = Promise.all(own.map(closeCode));
  await app.closeUser('ada');
  assert.deepEqual(await codes, [4401, 4401]);
  assert.equal(await statusOf(service, old), 401);
  assert.equal(await statusOf(service, makeToken({ iat: undefined })), 401);
  assert.equal(await statusOf(service, makeToken({ iat: seconds(2) })), 101);
  assert.equal(await ask(other, 'hello'), 'hello');
});

test('the connections of a user are limited, and closing one allows another', async (t) => {
  const service = await start(t, { env: { AUTH_CONNECTIONS_PER_USER: '2' } });
  const [first] = [await service.connect(), await service.connect()];
  assert.equal(await statusOf(service, makeToken()), 429);
  assert.equal(await statusOf(service, makeToken({ sub: 'grace' })), 101);
  first.terminate();
  await until(async () => (await statusOf(service, makeToken())) === 101);
});

const broken: [string, Record<string, string>, RegExp][] = [
  ['no key', { AUTH_SECRETS: '' }, /^AUTH_JWKS_URL and AUTH_SECRETS are empty\..* npm run token$/],
  ['two kinds of keys', { AUTH_JWKS_URL: 'https://login.example/keys' }, /are both set/],
  ['no issuer', { AUTH_ISSUER: '' }, /^AUTH_ISSUER is empty\./],
  ['no audience', { AUTH_AUDIENCE: '' }, /^AUTH_AUDIENCE is empty\./],
  ['alg: none', { AUTH_ALGORITHMS: 'HS256,none' }, /^AUTH_ALGORITHMS lists none\./],
  ['RS256 with a secret', { AUTH_ALGORITHMS: 'RS256' }, /^AUTH_ALGORITHMS lists RS256\./],
  ['a short secret', { AUTH_SECRETS: 'short' }, /^AUTH_SECRETS \(from the environment\) must be/],
  [
    'keys over plain HTTP',
    { ...keysFrom('http://login.example/keys') },
    /^AUTH_JWKS_URL \(from the environment\) must be an https:/,
  ],
];

for (const [what, env, message] of broken) {
  test(`with ${what}, the service does not start, and the message repeats no secret`, async (t) => {
    await assert.rejects(start(t, { env: { ...authSettings, ...env } }), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /short$|a-secret/);
      return true;
    });
  });
}

test('a foreign origin is refused before its token is verified', async (t) => {
  const { connect } = await start(t);
  await assert.rejects(connect('/test-echo', { origin: `${allowedOrigin}.evil.example` }), /403/);
});
