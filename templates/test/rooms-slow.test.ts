import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { next, start, until, type Service } from './helper.js';
import { enter } from './room-member.js';

const env = {
  MAX_BUFFERED_BYTES: '1048576',
  MESSAGES_PER_SECOND: '1000000',
  ROOM_DELIVERIES_PER_CONNECTION: '1000000',
  ROOM_DELIVERIES_PER_ROOM: '1000000',
  ROOM_DELIVERIES_PER_INSTANCE: '1000000',
};
const data = 'x'.repeat(60_000);
const messages = 400;

/** One member reads, one does not. Sends messages one by one, so that the first gets all. */
async function fill(t: TestContext, more: Record<string, string> = {}) {
  const service = await start(t, { env: { ...env, ...more } });
  const [reader, slow] = [await enter(service, 'tea'), await enter(service, 'tea')];
  slow.socket.pause();
  for (let i = 1; i <= messages; i++) {
    reader.say('tea', data);
    await reader.has('message', i);
  }
  t.after(() => slow.socket.terminate());
  return { service, reader, slow };
}

/** The close code of the slow member, as the service sees it. */
async function closedBy({ app }: Service): Promise<unknown> {
  const [, served] = app.rooms.members('tea');
  return served && (await next(served, 'close'))[0];
}

test('a member that reads too slowly misses messages, and is told how many', async (t) => {
  const { service, reader, slow } = await fill(t);
  assert.equal(reader.data().length, messages);
  assert.equal(service.app.rooms.counts.slow, 1);
  slow.socket.resume();
  const { count } = await slow.has('missed');
  assert.ok(count > 0);
  await until(() => slow.data().length === messages - count);
  reader.say('tea', 'back');
  await until(() => slow.data().includes('back'));
  assert.equal(
    slow.received.findIndex(({ type }) => type === 'missed'),
    messages - count + 1,
  );
  assert.equal(service.app.rooms.counts.dropped, count);
  await service.log.has(/^The client reads too slowly\. It misses messages of its rooms\.$/);
});

test('a member that stays slow is disconnected, and the others stay', async (t) => {
  const { service, reader, slow } = await fill(t, { ROOM_SLOW_SECONDS: '1' });
  await service.log.has(/^The client reads too slowly\. It is disconnected\.$/);
  slow.socket.resume();
  const [code] = await next(slow.socket, 'close');
  assert.equal(code, 4008);
  reader.say('tea', 'still here');
  await until(() => reader.data().includes('still here'));
  assert.equal(service.app.rooms.counts.closed, 1);
});

test('a setting disconnects a slow member at once', async (t) => {
  const { service, slow } = await fill(t, { ROOM_SLOW_MEMBERS: 'close' });
  assert.equal(service.app.rooms.counts.closed, 1);
  assert.equal(service.app.rooms.counts.slow, 0);
  slow.socket.resume();
  const [code] = await next(slow.socket, 'close');
  assert.equal(code, 4008);
  assert.deepEqual(slow.all('missed'), []);
});

test('answers do not disconnect a slow member either', async (t) => {
  const { service, slow } = await fill(t);
  const closed = closedBy(service);
  slow.send({ type: 'count', room: 'tea' });
  await until(() => service.app.rooms.counts.dropped > 0);
  slow.socket.resume();
  await slow.has('missed');
  slow.send({ type: 'count', room: 'tea' });
  await slow.has('count');
  slow.socket.close(4000);
  assert.equal(await closed, 4000);
});
