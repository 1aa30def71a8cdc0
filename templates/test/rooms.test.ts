import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, heard, next, start } from './helper.js';

test('a message reaches all members of its room, also the sender, and no other room', async (t) => {
  const { connect } = await start(t);
  const [one, two] = [await connect('/rooms/tea'), await connect('/rooms/tea')];
  const elsewhere = await connect('/rooms/coffee');
  const other = heard(two);
  assert.equal(await ask(one, 'Grüße'), 'Grüße');
  assert.equal(await other, 'Grüße');
  // The first message in the other room is its own.
  assert.equal(await ask(elsewhere, 'mine'), 'mine');
});

test('a binary message stays binary', async (t) => {
  const { connect } = await start(t);
  const bytes = Buffer.from([0, 10, 255]);
  assert.deepEqual(await ask(await connect('/rooms/tea'), bytes), bytes);
});

test('a member that has left gets no more messages', async (t) => {
  const { connect } = await start(t);
  const [one, two] = [await connect('/rooms/tea'), await connect('/rooms/tea')];
  two.close();
  await next(two, 'close');
  assert.equal(await ask(one, 'still here'), 'still here');
});

test('only simple names are allowed for rooms', async (t) => {
  const { connect } = await start(t);
  for (const name of ['a%20b', '%2e%2e', 'x'.repeat(65), '%00']) {
    await assert.rejects(connect(`/rooms/${name}`), /response: 4\d\d/, name);
  }
});

test('a plain GET of a room gets 426', async (t) => {
  const { app } = await start(t);
  assert.equal((await app.inject('/rooms/tea')).statusCode, 426);
});

test('one packet with many messages blocks neither other clients nor the room', async (t) => {
  const env = { HTTPS: 'false', MESSAGES_PER_SECOND: '10', HEARTBEAT_MS: '1000' };
  const { connect } = await start(t, { env });
  const [flood, member] = [await connect('/rooms/tea'), await connect('/rooms/tea')];
  let count = 0;
  member.on('message', () => count++);
  for (let i = 0; i < 5000; i++) flood.send('');
  await next(flood, 'message');
  assert.equal(await ask(await connect(), 'hello'), 'Echo: hello');
  const last = new Promise((resolve) => {
    member.on('message', (text) => String(text) === 'last' && resolve(text));
  });
  member.send('last');
  await last;
  // Two deliveries each; a sender may exceed its budget by ten bursts.
  assert.ok(count < 200, `${count} of 5000 were delivered`);
});
