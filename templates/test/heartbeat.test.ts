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

test('many clients are not pinged in one go', async (t) => {
  const env = { HEARTBEAT_MS: '1000', MAX_CONNECTIONS_PER_ADDRESS: '1000' };
  const { connect } = await start(t, { env });
  const sockets = await Promise.all(Array.from({ length: 100 }, () => connect()));
  const times: number[] = [];
  const all = sockets.map((socket) =>
    next(socket, 'ping').then(() => times.push(performance.now())),
  );
  await Promise.all(all);
  const most = Math.max(...times.map((at) => times.filter((t2) => t2 >= at && t2 < at + 5).length));
  assert.ok(most <= 50, `${most} of 100 pings within 5 ms`);
});
