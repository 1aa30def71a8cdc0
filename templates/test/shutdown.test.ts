import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { onMessage } from '../src/messages.js';
import { closeCode, start } from './helper.js';

test('clients are told with 1001 that the service stops', async (t) => {
  const { app, connect } = await start(t);
  const sockets = [await connect(), await connect()];
  const codes = Promise.all(sockets.map(closeCode));
  await app.close();
  assert.deepEqual(await codes, [1001, 1001]);
});

test('an answer that is being worked on still reaches its client', async (t) => {
  const { app, connect } = await start(t, {
    addRoutes: (service) =>
      service.get('/slow', { websocket: true }, (socket, request) => {
        onMessage({ socket, request }, async () => {
          await setTimeout(200);
          socket.send('done');
        });
      }),
  });
  const [slow, idle] = [await connect('/slow'), await connect()];
  const events: unknown[] = [];
  slow.on('message', (message) => events.push(String(message)));
  for (const socket of [slow, idle]) socket.on('close', (code) => events.push(code));
  slow.send('work');
  await setTimeout(50);
  await app.close();
  await setTimeout(20);
  assert.deepEqual(events, [1001, 'done', 1001]);
});

test('no connection is accepted any more', async (t) => {
  const { app, connect } = await start(t, { env: { SHUTDOWN_MS: '300' } });
  const silent = await connect();
  silent.pause();
  const closed = app.close();
  await assert.rejects(connect(), /ECONNREFUSED|ECONNRESET|response: 503/);
  await closed;
  silent.terminate();
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
