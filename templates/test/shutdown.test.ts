import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCode, start } from './helper.js';

test('clients are told with 1001 that the service stops', async (t) => {
  const { app, connect } = await start(t);
  const sockets = [await connect(), await connect()];
  const codes = Promise.all(sockets.map(closeCode));
  await app.close();
  assert.deepEqual(await codes, [1001, 1001]);
});

test('a client that never answers holds the service no longer than SHUTDOWN_MS', async (t) => {
  const { app, connect } = await start(t, { env: { SHUTDOWN_MS: '200' } });
  const silent = await connect();
  // A socket that reads nothing never sees the goodbye, and so never answers it.
  silent.pause();
  const before = performance.now();
  await app.close();
  const took = performance.now() - before;
  assert.ok(took >= 190 && took < 2000, `It took ${took} ms.`);
  silent.terminate();
});
