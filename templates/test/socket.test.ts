import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:https';
import { test } from 'node:test';
import { ask, closeCode, start } from './helper.js';

test('a text arrives over wss:// with a verified certificate', async (t) => {
  const { url, connect } = await start(t);
  assert.match(url, /^https:/);
  const socket = await connect();
  assert.equal(await ask(socket, 'Grüße'), 'Grüße');
  await assert.rejects(connect('/test-echo', { ca: [] }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('a binary message arrives unchanged, as binary', async (t) => {
  const { connect } = await start(t);
  const bytes = Buffer.from([0, 255, 128]);
  assert.deepEqual(await ask(await connect(), bytes), bytes);
});

test('a plain GET gets 426 and shows which upgrade headers arrived', async (t) => {
  const { app } = await start(t);
  const headers = { connection: 'keep-alive', host: 'app.example' };
  const response = await app.inject({ url: '/test-echo', headers });
  assert.equal(response.statusCode, 426);
  assert.equal(response.headers.upgrade, 'websocket');
  const { seen } = response.json();
  assert.equal(seen.upgrade, null);
  assert.equal(seen.connection, 'keep-alive');
  assert.equal(seen.host, 'app.example');
});

test('a handshake on a route without a WebSocket is refused with 404', async (t) => {
  const { connect } = await start(t);
  for (const path of ['/', '/healthz', '/nowhere']) {
    await assert.rejects(connect(path), /response: 404/, path);
  }
});

test('an upgrade to another protocol is answered as a plain request if Node can', async (t) => {
  const { app, url, ca } = await start(t);
  const headers = { connection: 'upgrade, http2-settings', upgrade: 'h2c', 'http2-settings': '' };
  const [response] = await once(get(`${url}/healthz`, { ca, headers }), 'response');
  response.resume();
  assert.equal(response.statusCode, 'shouldUpgradeCallback' in app.server ? 200 : 404);
});

test('a message that is too large closes its connection with 1009', async (t) => {
  const { connect } = await start(t, { env: { MAX_MESSAGE_BYTES: '10' } });
  const socket = await connect();
  assert.equal(await ask(socket, '0123456789'), '0123456789');
  socket.send('0123456789+');
  assert.equal(await closeCode(socket), 1009);
});

test('the socket does not keep its handshake in memory, and its errors are logged', async (t) => {
  const { app, connect, log } = await start(t);
  const socket = await connect();
  const [served] = app.websocketServer.clients;
  // The error listener of @fastify/websocket keeps request and response in memory.
  assert.equal(served?.listenerCount('error'), 0);
  served.emit('error', new Error('broken'));
  await log.has(/^The connection broke/);
  assert.equal(await ask(socket, 'still here'), 'still here');
});
