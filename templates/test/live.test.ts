import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:https';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { onMessage } from '../src/messages.js';
import { ask, closeCode, start } from './helper.js';

test('a text comes back as "Echo: …" over wss:// with a verified certificate', async (t) => {
  const { url, connect } = await start(t);
  assert.match(url, /^https:/);
  const socket = await connect();
  assert.equal(await ask(socket, 'Grüße'), 'Echo: Grüße');
});

test('a client that does not trust the certificate does not get through', async (t) => {
  const { connect } = await start(t);
  await assert.rejects(connect('/live', { ca: [] }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('a binary message comes back as it came, and binary', async (t) => {
  const { connect } = await start(t);
  const bytes = Buffer.from([0, 255, 128]);
  assert.deepEqual(await ask(await connect(), bytes), bytes);
});

test('a plain GET is answered with 426 and shows which upgrade headers arrived', async (t) => {
  const { app } = await start(t);
  const headers = { connection: 'keep-alive', host: 'app.example' };
  const response = await app.inject({ url: '/live', headers });
  assert.equal(response.statusCode, 426);
  assert.equal(response.headers.upgrade, 'websocket');
  const { seen } = response.json();
  assert.equal(seen.upgrade, null);
  assert.equal(seen.connection, 'keep-alive');
  assert.equal(seen.host, 'app.example');
});

test('a handshake on a route that has no socket is refused with 404', async (t) => {
  const { connect } = await start(t);
  for (const path of ['/', '/healthz', '/nowhere']) {
    await assert.rejects(connect(path), /response: 404/, path);
  }
});

test('an offer of another protocol than WebSocket is ignored, as HTTP says', async (t) => {
  const { url, ca } = await start(t);
  const headers = { connection: 'upgrade, http2-settings', upgrade: 'h2c', 'http2-settings': '' };
  const [response] = await once(get(`${url}/healthz`, { ca, headers }), 'response');
  response.resume();
  // Node 20 cannot be told to ignore it, and refuses.
  assert.equal(response.statusCode, process.version.startsWith('v20.') ? 404 : 200);
});

test('no subprotocol is agreed on that nobody speaks', async (t) => {
  const { connect } = await start(t);
  const socket = await connect('/live', { headers: { 'sec-websocket-protocol': 'nonsense' } });
  assert.equal(socket.protocol, '');
});

test('a message that is too large ends its connection with 1009', async (t) => {
  const { connect } = await start(t, { env: { MAX_MESSAGE_BYTES: '10' } });
  const socket = await connect();
  assert.equal(await ask(socket, '0123456789'), 'Echo: 0123456789');
  socket.send('0123456789+');
  assert.equal(await closeCode(socket), 1009);
});

for (const path of ['/throws', '/rejects']) {
  test(`a message handler that ${path.slice(1)} ends its connection, and nothing else`, async (t) => {
    const calls = t.mock.fn();
    const { connect } = await start(t, { addRoutes: (app) => addFailures(app, calls) });
    const other = await connect();
    const socket = await connect(path);
    socket.send('one');
    socket.send('two');
    assert.equal(await closeCode(socket), 1011);
    assert.equal(calls.mock.callCount(), 1, 'The second message is not handled any more.');
    assert.equal(await ask(other, 'still here'), 'Echo: still here');
  });
}

test('what the handshake needed is let go, and errors of the socket are heard', async (t) => {
  const { app, connect, log } = await start(t);
  await connect();
  const [served] = app.websocketServer.clients;
  assert.equal(served?.listenerCount('error'), 1);
  served.emit('error', new Error('broken'));
  await log.has(/^The connection broke/);
});

test('a route whose socket handler throws ends that connection with 1011', async (t) => {
  const { connect } = await start(t, { addRoutes: (app) => addFailures(app) });
  assert.equal(await closeCode(await connect('/broken')), 1011);
});

function addFailures(app: FastifyInstance, onCall = () => {}): void {
  app.get('/throws', { websocket: true }, (socket, request) => {
    onMessage({ socket, request }, () => {
      onCall();
      throw new Error('thrown');
    });
  });
  app.get('/rejects', { websocket: true }, (socket, request) => {
    onMessage({ socket, request }, async () => {
      onCall();
      throw new Error('rejected');
    });
  });
  app.get('/broken', { websocket: true }, () => {
    throw new Error('broken');
  });
}
