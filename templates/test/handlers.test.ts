import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { ask, closeCode, start } from './helper.js';

/** The places where a handler fails. Each is called once per message, or on close. */
const failures: Record<string, (socket: WebSocket, fail: () => unknown) => unknown> = {
  'on("message")': (socket, fail) => socket.on('message', fail),
  'addEventListener("message")': (socket, fail) => socket.addEventListener('message', fail),
  onmessage: (socket, fail) => Object.assign(socket, { onmessage: fail }),
  'on("close")': (socket, fail) => socket.on('message', () => socket.close(1011)).on('close', fail),
  'the wsHandler itself': (_socket, fail) => fail(),
};

const ways: Record<string, () => unknown> = {
  throws: () => {
    throw new Error('broken');
  },
  rejects: async () => {
    throw new Error('broken');
  },
};

for (const [where, attach] of Object.entries(failures)) {
  for (const [what, way] of Object.entries(ways)) {
    test(`${where} that ${what} only closes its own connection, with 1011`, async (t) => {
      const fail = t.mock.fn(way);
      const { connect, log } = await start(t, {
        addRoutes: (app) =>
          app.get('/test-fails', { websocket: true }, (socket) => {
            const result = attach(socket, fail);
            return result instanceof Promise ? result : undefined;
          }),
      });
      const other = await connect();
      const socket = await connect('/test-fails');
      socket.send('one');
      socket.send('two');
      assert.equal(await closeCode(socket), 1011);
      const { level } = await log.has(/^A WebSocket handler failed\. Its connection was closed\.$/);
      assert.equal(level, 50);
      assert.equal(await ask(other, 'still here'), 'still here');
      assert.equal(fail.mock.callCount(), 1);
    });
  }
}
