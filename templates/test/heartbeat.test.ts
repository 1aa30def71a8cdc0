import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, next, start } from './helper.js';

test('a client that misses two pings is disconnected, others are not', async (t) => {
  const { connect, log } = await start(t, { env: { HTTPS: 'false', HEARTBEAT_MS: '200' } });
  const alive = await connect();
  const dead = await connect('/test-echo', { autoPong: false });
  let pings = 0;
  dead.on('ping', () => pings++);
  const [code] = await next(dead, 'close');
  assert.deepEqual({ pings, code }, { pings: 2, code: 1006 });
  await log.has(/^The client does not answer pings\.$/);
  assert.equal(await ask(alive, 'still here'), 'still here');
});

test('clients that connected together are pinged a few at a time', async (t) => {
  const { app, connect } = await start(t, { env: { HTTPS: 'false', HEARTBEAT_MS: '1000' } });
  const sockets = await Promise.all(Array.from({ length: 50 }, () => connect()));
  let [together, most] = [0, 0];
  for (const served of app.websocketServer.clients) {
    t.mock.method(served, 'ping', () => {
      if (together === 0) queueMicrotask(() => (together = 0));
      together += 1;
      most = Math.max(most, together);
      Object.getPrototypeOf(served).ping.call(served);
    });
  }
  await Promise.all(sockets.map((socket) => next(socket, 'ping')));
  assert.ok(most >= 1 && most <= 2, `${most} of 50 at once`);
});

test('a client that is read late, or whose handler pauses, is not disconnected', async (t) => {
  const { connect, app } = await start(t, {
    env: { HTTPS: 'false', HEARTBEAT_MS: '200', MESSAGES_PER_SECOND: '20' },
  });
  const [busy, paused] = [await connect(), await connect()];
  const [, served] = app.websocketServer.clients;
  assert.ok(served);
  served.pause();
  let answers = 0;
  const all = new Promise<void>((resolve) => {
    busy.on('message', () => ++answers === 60 && resolve());
  });
  for (let i = 0; i < 60; i++) busy.send('x');
  await all;
  for (let i = 0; i < 4; i++) await next(paused, 'ping');
  served.resume();
  assert.equal(await ask(paused, 'still here'), 'still here');
  assert.equal(await ask(busy, 'still here'), 'still here');
});
