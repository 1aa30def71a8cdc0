import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, start } from './helper.js';

test('a client that answers pings stays, one that is gone is cut off at its next turn', async (t) => {
  const { app, connect } = await start(t, { env: { HEARTBEAT_MS: '500' } });
  const dead = await connect('/live', { autoPong: false });
  const alive = await connect();
  let pings = 0;
  dead.on('ping', () => pings++);
  await next(dead, 'close');
  assert.equal(pings, 1);
  for (let i = 0; i < 2; i++) await next(alive, 'ping');
  assert.equal(app.websocketServer.clients.size, 1);
});

test('clients that came together are not pinged in one go', async (t) => {
  const env = { HTTPS: 'false', HEARTBEAT_MS: '2000' };
  const { connect } = await start(t, { env });
  const sockets = await Promise.all(Array.from({ length: 100 }, () => connect()));
  const pinged = sockets.map(async (socket) => {
    await next(socket, 'ping');
    return performance.now();
  });
  const times = await Promise.all(pinged);
  const took = Math.max(...times) - Math.min(...times);
  // Four of them every twenty milliseconds.
  assert.ok(took >= 300, `All of them within ${took} ms`);
});
