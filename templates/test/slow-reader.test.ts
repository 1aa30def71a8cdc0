import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { answersTo, ask, next, start } from './helper.js';

const env = {
  MAX_MESSAGE_BYTES: '65536',
  MAX_BUFFERED_BYTES: '1048576',
  MESSAGES_PER_SECOND: '1000000',
};
const message = Buffer.alloc(60_000);

test('a client that never reads is disconnected before the memory is full', async (t) => {
  let most = 0;
  const addRoutes = (app: FastifyInstance) =>
    app.get('/test-flood', { websocket: true }, (socket) => {
      // Not awaited, so that the handler returns first.
      socket.once('message', () => flood(socket, (bytes) => (most = Math.max(most, bytes))));
    });
  const { app, connect, log } = await start(t, { env, addRoutes });
  const [slow, other] = [await connect('/test-flood'), await connect()];
  const [served] = app.websocketServer.clients;
  assert.ok(served);
  const closed = next(served, 'close');
  slow.send('go');
  slow.pause();
  assert.equal((await closed)[0], 1006);
  await log.has(/^The client reads too slowly\. It is disconnected\.$/);
  assert.ok(most > 1_048_576 && most < 1_200_000, `${most} bytes waited`);
  assert.equal(await ask(other, 'still here'), 'still here');
  slow.terminate();
});

async function flood(socket: WebSocket, onSent: (bytes: number) => void): Promise<void> {
  while (socket.readyState === socket.OPEN) {
    socket.send(message);
    onSent(socket.bufferedAmount);
    await setImmediate();
  }
}

test('answers to messages that arrive together keep their order', async (t) => {
  const { connect } = await start(t, { env });
  const texts = Array.from({ length: 2000 }, (_, i) => `${i} ${'y'.repeat(i % 300)}`);
  await answersTo(await connect(), texts);
});
