import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, next, start } from './helper.js';

// Long enough for answers to arrive in time on a machine that is busy with other things.
const HEARTBEAT_MS = '2000';

test('a client that answers pings stays, one that is gone is cut off at its next turn', async (t) => {
  const { connect } = await start(t, { env: { HEARTBEAT_MS } });
  const alive = await connect();
  const dead = await connect('/live', { autoPong: false });
  const pings = { alive: 0, dead: 0 };
  alive.on('ping', () => pings.alive++);
  dead.on('ping', () => pings.dead++);
  await next(dead, 'close');
  // Its turn came first, so it has been pinged again.
  assert.deepEqual(pings, { alive: 2, dead: 1 });
  assert.equal(await ask(alive, 'still here'), 'Echo: still here');
});

test('clients that came together are not pinged in one go', async (t) => {
  const { connect } = await start(t, { env: { HTTPS: 'false', HEARTBEAT_MS } });
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
