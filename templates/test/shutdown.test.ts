import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { slicing } from '../src/lib/slicing.js';
import { allowedOrigin, ask, closeCode, next, start, until } from './helper.js';

/** A route that answers only after a call of `answer`. */
function answeringLater() {
  const arrived = new EventEmitter();
  const told = new EventEmitter();
  const addRoutes = (app: FastifyInstance) => {
    app.get('/test-slow', { websocket: true }, (socket) => {
      socket.on('message', async (message) => {
        arrived.emit('message');
        await once(told, 'answer');
        socket.send(message);
      });
    });
  };
  return { addRoutes, arrived, answer: () => told.emit('answer') };
}

const env = { HOST: 'localhost', SHUTDOWN_MS: '60000' };

for (const host of ['127.0.0.1', '[::1]']) {
  test(`clients get 1001, after answers that were in progress, on ${host}`, async (t) => {
    const { addRoutes, arrived, answer } = answeringLater();
    const { app, port, log, connect } = await start(t, { env, addRoutes });
    if (log.lines.some(({ msg }) => /has no ::1/.test(msg))) return t.skip('no IPv6 here');
    // Node 22 does not match ::1 with a certificate that covers it.
    const named = { origin: allowedOrigin, servername: 'localhost' };
    const busy = await connect(`wss://${host}:${port}/test-slow`, named);
    const idle = await connect();
    const events: unknown[] = [];
    busy.on('message', (message) => events.push(String(message)));
    for (const each of [busy, idle]) each.on('close', (code) => events.push(code));
    for (const text of ['first', 'second']) {
      busy.send(text);
      await next(arrived, 'message');
    }

    const closed = app.close();
    await next(idle, 'close');
    answer();
    await Promise.all([closed, next(busy, 'close')]);
    assert.deepEqual(events, [1001, 'first', 'second', 1001]);
  });
}

test('clients get 1001 even if a handler never ends', async (t) => {
  const { addRoutes, arrived } = answeringLater();
  const { app, connect } = await start(t, { env: { SHUTDOWN_MS: '4000' }, addRoutes });
  const socket = await connect('/test-slow');
  socket.send('never answered');
  await next(arrived, 'message');
  const code = closeCode(socket);
  await app.close();
  assert.equal(await code, 1001);
});

test('during shutdown, no connection is accepted', async (t) => {
  const { app, connect } = await start(t, { env: { SHUTDOWN_MS: '60000' } });
  const silent = await connect();
  silent.pause();
  const closed = app.close();
  await assert.rejects(connect(), /ECONNREFUSED|ECONNRESET|response: 503/);
  silent.terminate();
  await closed;
});

test('a handshake during shutdown is refused, and its connection ends', async (t) => {
  const { app, port, connect } = await start(t, { env: { HTTPS: 'false', SHUTDOWN_MS: '60000' } });
  const silent = await connect();
  silent.pause();
  const closed = app.close();
  const late = createConnection(port, '127.0.0.1');
  const said: string[] = [];
  late.on('data', (chunk) => said.push(String(chunk)));
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  late.write(['GET /test-echo HTTP/1.1', 'Host: localhost', ...lines, key, '', ''].join('\r\n'));
  await next(late, 'close');
  assert.match(said.join(''), /^HTTP\/1\.1 503 .*The service is shutting down\./s);
  silent.terminate();
  await closed;
});

test('after SHUTDOWN_MS, the service stops even if a client does not answer', async (t) => {
  const { app, connect } = await start(t, { env: { SHUTDOWN_MS: '200' } });
  const silent = await connect();
  // A paused socket does not read the close frame, so it does not answer it.
  silent.pause();
  await app.close();
  silent.terminate();
});

test('while the service drains, only GET /readyz answers 503', async (t) => {
  const { app, connect } = await start(t, { env: { DRAIN_MS: '100' } });
  const early = await connect();
  const drained = app.drain();
  assert.equal((await app.inject('/readyz')).statusCode, 503);
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  const late = await connect();
  await drained;
  for (const socket of [early, late]) assert.equal(await ask(socket, 'still here'), 'still here');
});

test('sockets are closed in slices, and those of later slices keep working', async (t) => {
  const slow = { SHUTDOWN_MS: '60000', CLOSES_PER_SECOND: '1' };
  const { app, connect } = await start(t, { env: slow });
  const [first, leaving, last] = [await connect(), await connect(), await connect()];
  const reasons: unknown[] = [];
  for (const socket of [first, last]) {
    socket.on('close', (code, reason) => reasons.push([code, String(reason)]));
  }
  const closed = app.close();
  await next(first, 'close');
  leaving.terminate();
  assert.equal(await ask(last, 'still here'), 'still here');
  await closed;
  await until(() => reasons.length === 2);
  assert.deepEqual(reasons, [
    [1001, 'retry 1000'],
    [1001, 'retry 1000'],
  ]);
});

test('if there is no time for slices, clients get the time that slices would take', async (t) => {
  const slow = { SHUTDOWN_MS: '1000', CLOSES_PER_SECOND: '1' };
  const { app, connect } = await start(t, { env: slow });
  const sockets = [await connect(), await connect(), await connect()];
  const ends = sockets.map((socket) => next(socket, 'close'));
  await app.close();
  for (const [code, reason] of await Promise.all(ends)) {
    assert.deepEqual([code, String(reason)], [1001, 'retry 3000']);
  }
});

test('slices have the given size, or more if there is less time', () => {
  assert.deepEqual(slicing(0, 250, 2500), { size: 250, windowMs: 1000 });
  assert.deepEqual(slicing(750, 250, 2500), { size: 250, windowMs: 1000 });
  assert.deepEqual(slicing(10_000, 250, 2500), { size: 3334, windowMs: 40_000 });
  assert.deepEqual(slicing(10_000, 250, 60_000), { size: 250, windowMs: 1000 });
  assert.deepEqual(slicing(1_000_000, 250, 0), { size: 1_000_000, windowMs: 300_000 });
});
