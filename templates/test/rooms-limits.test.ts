import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ask, closeCode, next, start, until } from './helper.js';
import { enter, type Member } from './room-member.js';

/** Stops the clock, so that no budget refills. Returns a function that moves it. */
function stopClock(t: TestContext): (ms: number) => void {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  return (ms) => (now += ms);
}

/** Sends messages, and waits until it got as many messages and errors in total. */
async function flood(
  member: Member,
  room: string,
  messages: number,
  answers = messages,
): Promise<void> {
  for (let i = 0; i < messages; i++) member.say(room, i);
  await until(() => member.data().length + member.all('error').length === answers);
}

test('deliveries count against the sender, who gets errors when its budget is empty', async (t) => {
  const env = { ROOM_DELIVERIES_PER_CONNECTION: '10' };
  const service = await start(t, { env });
  const [sender, other] = [await enter(service, 'tea'), await enter(service, 'tea')];
  const move = stopClock(t);
  await flood(sender, 'tea', 30);
  // A burst of 20 deliveries; each message costs three, also if that leaves a debt.
  assert.equal(sender.data().length, 7);
  assert.ok(sender.all('error').every(({ code }) => code === 'too-much'));
  other.say('tea', 'still here');
  await until(() => sender.data().includes('still here'));
  move(1000);
  sender.say('tea', 'back');
  await until(() => other.data().includes('back'));
  assert.equal(service.app.rooms.counts.refused, 23);
});

test('a sender that stays over its budget for five seconds is disconnected', async (t) => {
  const service = await start(t, { env: { ROOM_DELIVERIES_PER_CONNECTION: '1' } });
  const [sender, other] = [await enter(service, 'tea'), await enter(service, 'tea')];
  const move = stopClock(t);
  const closed = closeCode(sender.socket);
  // Half a second between two messages that are refused.
  for (let i = 0; sender.socket.readyState === sender.socket.OPEN && i < 100; i++) {
    sender.say('tea', i);
    await until(
      () =>
        sender.data().length + sender.all('error').length > i ||
        sender.socket.readyState !== sender.socket.OPEN,
    );
    move(500);
  }
  assert.equal(await closed, 1008);
  assert.ok(sender.all('error').length >= 5, `${sender.all('error').length}`);
  assert.equal(other.socket.readyState, other.socket.OPEN);
});

test('a pause ends the time over the budget', async (t) => {
  const service = await start(t, { env: { ROOM_DELIVERIES_PER_CONNECTION: '1' } });
  const sender = await enter(service, 'tea');
  const move = stopClock(t);
  for (let round = 1; round <= 4; round++) {
    await flood(sender, 'tea', 5, round * 5);
    move(4000);
  }
  assert.equal(sender.socket.readyState, sender.socket.OPEN);
});

for (const [name, limit] of [
  ['a room', 'ROOM_DELIVERIES_PER_ROOM'],
  ['the instance', 'ROOM_DELIVERIES_PER_INSTANCE'],
] as const) {
  test(`many senders share the budget of ${name}`, async (t) => {
    const service = await start(t, { env: { [limit]: '10' } });
    const senders = await Promise.all(Array.from({ length: 5 }, () => enter(service, 'tea')));
    stopClock(t);
    for (const sender of senders) for (let i = 0; i < 10; i++) sender.say('tea', i);
    const answers = () =>
      senders.reduce((sum, sender) => sum + sender.all('error').length, 0) +
      (senders[0]?.data().length ?? 0);
    await until(() => answers() === 50);
    // A burst of 20; each message costs six.
    assert.equal(senders[0]?.data().length, 4);
    // All of them are within their own budget.
    assert.ok(senders.every(({ socket }) => socket.readyState === socket.OPEN));
  });
}

test('one packet with many messages blocks neither other clients nor the room', async (t) => {
  const env = { HTTPS: 'false', MESSAGES_PER_SECOND: '1000', ROOM_DELIVERIES_PER_CONNECTION: '10' };
  const service = await start(t, { env });
  const [sender, member] = [await enter(service, 'tea'), await enter(service, 'tea')];
  for (let i = 0; i < 5000; i++) sender.say('tea', '');
  await next(sender.socket, 'message');
  assert.equal(await ask(await service.connect(), 'hello'), 'hello');
  member.say('tea', 'last');
  await until(() => member.data().includes('last'));
  assert.ok(member.data().length < 200, `${member.data().length} of 5000 were delivered`);
});
