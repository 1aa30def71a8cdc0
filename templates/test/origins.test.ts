import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedOrigin, ask, start } from './helper.js';

const refused = [
  ['another host', 'https://evil.example'],
  ['a host with the same beginning', 'https://app.example.evil.example:8443'],
  ['a host with the same ending', 'https://evil-app.example:8443'],
  ['a subdomain', 'https://sub.app.example:8443'],
  ['another port', 'https://app.example:8444'],
  ['no port', 'https://app.example'],
  ['another scheme', 'http://app.example:8443'],
  ['upper case', 'https://APP.example:8443'],
  ['a trailing slash', 'https://app.example:8443/'],
  ['a sandboxed page', 'null'],
  ['an empty header', ''],
] as const;

test('only an origin that exactly matches the list may open a socket', async (t) => {
  const { connect, url } = await start(t);
  assert.equal(await ask(await connect('/test-echo', { origin: allowedOrigin }), 'hi'), 'hi');
  for (const [what, origin] of [...refused, ['the service itself', url]]) {
    const headers = { origin };
    await assert.rejects(
      connect('/test-echo', { origin: undefined, headers }),
      /response: 403/,
      what,
    );
  }
});

test('with an empty list, no page may open a socket', async (t) => {
  const { connect } = await start(t, { env: { DOMAINS: '' } });
  await assert.rejects(connect(), /response: 403/);
});

test('a client without an origin is refused, unless ALLOW_NO_ORIGIN is true', async (t) => {
  const strict = await start(t);
  await assert.rejects(strict.connect('/test-echo', { origin: undefined }), /response: 403/);
  const open = await start(t, { env: { ALLOW_NO_ORIGIN: 'true' } });
  assert.equal(await ask(await open.connect('/test-echo', { origin: undefined }), 'hi'), 'hi');
  await assert.rejects(open.connect('/test-echo', { origin: 'null' }), /response: 403/);
});

test('CORS headers only name an allowed origin', async (t) => {
  const { app } = await start(t);
  const allowed = await app.inject({ url: '/healthz', headers: { origin: allowedOrigin } });
  assert.equal(allowed.headers['access-control-allow-origin'], allowedOrigin);
  const denied = await app.inject({ url: '/healthz', headers: { origin: 'https://evil.example' } });
  assert.equal(denied.headers['access-control-allow-origin'], undefined);
});
