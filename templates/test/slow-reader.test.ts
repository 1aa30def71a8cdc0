import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, closeCode, next, start } from './helper.js';

const megabyte = 1024 * 1024;
const env = {
  MAX_MESSAGE_BYTES: '65536',
  MAX_BUFFERED_BYTES: '1048576',
  MESSAGES_PER_SECOND: '1000000',
};

test('a client that never reads is cut off before it fills the memory', async (t) => {
  const { app, connect } = await start(t, { env });
  const other = await connect();
  const slow = await connect();
  const [served] = [...app.websocketServer.clients].slice(-1);
  assert.ok(served);
  let most = 0;
  served.on('message', () => (most = Math.max(most, served.bufferedAmount)));
  const cut = next(served, 'close');

  slow.pause();
  slow.on('error', () => {});
  const message = 'x'.repeat(60_000);
  const sending = setInterval(() => {
    for (let i = 0; i < 10 && slow.bufferedAmount < megabyte; i++) slow.send(message);
  }, 1);
  t.after(() => clearInterval(sending));
  const [code] = await cut;

  assert.equal(code, 1006);
  assert.ok(most < 2 * megabyte, `${most} bytes waited`);
  assert.equal(await ask(other, 'still here'), 'Echo: still here');
});

test('a member of a room who never reads is cut off, and the others get everything', async (t) => {
  const { connect } = await start(t, { env });
  const [sender, reader, slow] = [
    await connect('/rooms/a'),
    await connect('/rooms/a'),
    await connect('/rooms/a'),
  ];
  const cut = closeCode(slow);
  let received = 0;
  reader.on('message', () => received++);
  slow.pause();
  const message = Buffer.alloc(60_000);
  const sent = 400;
  // Each comes back to the sender: so it sends no faster than the service works.
  for (let i = 0; i < sent; i++) await ask(sender, message);
  slow.resume();
  assert.equal(await cut, 1006);
  assert.equal(await ask(reader, 'last'), 'last');
  assert.equal(received, sent + 1);
});

test('answers to messages that arrive together keep their order', async (t) => {
  const { connect } = await start(t, { env });
  const socket = await connect();
  const answers: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on('message', (answer) => {
      if (answers.push(String(answer)) === 2000) resolve();
    });
  });
  for (let i = 0; i < 2000; i++) socket.send(`${i} ${'y'.repeat(i % 300)}`);
  await all;
  assert.deepEqual(
    answers,
    Array.from({ length: 2000 }, (_, i) => `Echo: ${i} ${'y'.repeat(i % 300)}`),
  );
});
