import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { next, start } from './helper.js';

test('a client that answers pings stays, one that is gone is cut off in time', async (t) => {
  const { app, connect } = await start(t, { env: { HEARTBEAT_MS: '300' } });
  const alive = await connect();
  let pings = 0;
  alive.on('ping', () => pings++);
  const dead = await connect('/live', { autoPong: false });
  const before = performance.now();
  await next(dead, 'close');
  const took = performance.now() - before;
  assert.ok(took >= 290 && took < 900, `It took ${took} ms.`);
  await setTimeout(700);
  assert.equal(app.websocketServer.clients.size, 1);
  assert.ok(pings >= 3 && pings <= 6, `${pings} pings`);
});

test('clients that came together are not pinged in one go', async (t) => {
  const env = { HTTPS: 'false', HEARTBEAT_MS: '1000' };
  const { connect } = await start(t, { env });
  const sockets = await Promise.all(Array.from({ length: 100 }, () => connect()));
  const pinged = sockets.map(async (socket) => {
    await next(socket, 'ping');
    return performance.now();
  });
  const times = await Promise.all(pinged);
  const took = Math.max(...times) - Math.min(...times);
  // Four of them every ten milliseconds.
  assert.ok(took >= 150, `All of them within ${took} ms`);
});
