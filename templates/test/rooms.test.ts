import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { clientMessages, serverMessages } from '../src/lib/room-protocol.js';
import { ask, closeCode, start, until } from './helper.js';
import { connectMember, enter } from './room-member.js';

test('a message reaches all members of its room, also the sender, and no other room', async (t) => {
  const service = await start(t);
  const [one, two] = [await enter(service, 'tea'), await enter(service, 'tea')];
  const elsewhere = await enter(service, 'coffee');
  const data = { text: 'Grüße', list: [1, null, true] };
  one.say('tea', data);
  for (const member of [one, two]) {
    const { type, room } = await member.has('message');
    assert.deepEqual([type, room, member.data()], ['message', 'tea', [data]]);
  }
  elsewhere.say('coffee', 'mine');
  await elsewhere.has('message');
  assert.deepEqual(elsewhere.data(), ['mine']);
});

test('a message to others does not reach its sender', async (t) => {
  const service = await start(t);
  const [one, two] = [await enter(service, 'tea'), await enter(service, 'tea')];
  one.send({ type: 'publish', room: 'tea', data: 1, to: 'others' });
  one.say('tea', 2);
  await two.has('message', 2);
  await one.has('message');
  assert.deepEqual([one.data(), two.data()], [[2], [1, 2]]);
});

test('joined, left and count tell the number of members, and repeat the id', async (t) => {
  const service = await start(t);
  const one = await connectMember(service);
  const alone = { room: 'tea', members: 1, complete: true };
  assert.deepEqual(await one.ask({ type: 'join', room: 'tea', id: 'a' }, 'joined'), {
    type: 'joined',
    ...alone,
    shared: false,
    id: 'a',
  });
  const two = await enter(service, 'tea');
  assert.equal((await one.ask({ type: 'count', room: 'tea' }, 'count')).members, 2);
  await two.ask({ type: 'leave', room: 'tea' }, 'left');
  const counted = await one.ask({ type: 'count', room: 'tea', id: 'b' }, 'count');
  assert.deepEqual(counted, { type: 'count', ...alone, id: 'b' });
  assert.equal((await one.ask({ type: 'count', room: 'empty' }, 'count')).members, 0);
});

test('a member that leaves or disconnects gets no more messages, and is not counted', async (t) => {
  const service = await start(t);
  const [stays, leaves, ends] = [
    await enter(service, 'tea'),
    await enter(service, 'tea'),
    await enter(service, 'tea'),
  ];
  await leaves.ask({ type: 'leave', room: 'tea' }, 'left');
  ends.socket.terminate();
  await until(() => service.app.rooms.members('tea').length === 1);
  stays.say('tea', 1);
  await stays.has('message');
  await leaves.ask({ type: 'count', room: 'tea' }, 'count');
  assert.deepEqual(leaves.data(), []);
  await stays.close();
  await until(() => service.app.rooms.counts.rooms === 0);
  assert.equal(service.app.rooms.counts.members, 0);
});

const invalid: Record<string, string> = {
  'no JSON': 'hello',
  'no object': '5',
  null: 'null',
  'an array': '[]',
  'an unknown type': '{"type":"delete","room":"tea"}',
  'a type that every object has': '{"type":"constructor","room":"tea"}',
  'no room': '{"type":"join"}',
  'an empty name': '{"type":"join","room":""}',
  'a long name': JSON.stringify({ type: 'join', room: 'x'.repeat(65) }),
  'a name with a space': '{"type":"join","room":"a b"}',
  'a name with a brace': '{"type":"join","room":"{a}"}',
  'no data': '{"type":"publish","room":"tea"}',
  'an unknown receiver': '{"type":"publish","room":"tea","data":1,"to":"me"}',
};

for (const [what, text] of Object.entries(invalid)) {
  test(`a message with ${what} is answered by an error, and the socket stays open`, async (t) => {
    const member = await enter(await start(t), 'tea');
    member.socket.send(text);
    const { code, message } = await member.has('error');
    assert.equal(code, 'invalid');
    assert.ok(message.length > 10, message);
    member.say('tea', 'still here');
    assert.equal((await member.has('message')).data, 'still here');
  });
}

test('an error repeats the room and the id', async (t) => {
  const member = await connectMember(await start(t));
  const error = await member.ask({ type: 'publish', room: 'tea', data: 1, id: '7' }, 'error');
  assert.deepEqual(error, {
    type: 'error',
    code: 'not-a-member',
    message: 'Join the room first.',
    room: 'tea',
    id: '7',
  });
});

test('the rooms of a client and the members of a room are limited', async (t) => {
  const env = { ROOM_MAX_PER_CONNECTION: '2', ROOM_MAX_MEMBERS: '2' };
  const service = await start(t, { env });
  const [one, two, three] = [
    await enter(service, 'a'),
    await enter(service, 'a'),
    await connectMember(service),
  ];
  await one.join('b');
  // A room that it is in already.
  await one.join('a');
  assert.equal((await one.ask({ type: 'join', room: 'c' }, 'error')).code, 'too-many-rooms');
  assert.equal((await three.ask({ type: 'join', room: 'a' }, 'error')).code, 'room-full');
  await two.ask({ type: 'leave', room: 'a' }, 'left');
  await three.join('a');
});

test('the code of the service can publish JSON, and add and list members', async (t) => {
  const service = await start(t, { addRoutes: addNews });
  const reader = await enter(service, 'news');
  const socket = await service.connect('/test-news');
  await until(() => service.app.rooms.members('news').length === 2);
  socket.send('hello');
  assert.deepEqual((await reader.has('message')).data, { text: 'hello' });
  assert.deepEqual(await service.app.rooms.count('news'), { members: 2, complete: true });
  const [first] = service.app.rooms.members('news');
  assert.ok(first);
  service.app.rooms.publish('news', 'not to the first', { except: first });
  service.app.rooms.publish('news', 'to all');
  await reader.has('message', 2);
  assert.deepEqual(reader.data(), [{ text: 'hello' }, 'to all']);
});

/** A route whose sockets also are members of a room. */
function addNews(app: FastifyInstance): void {
  app.get('/test-news', { websocket: true }, async (socket) => {
    socket.on('message', (text) => app.rooms.publish('news', { text: String(text) }));
    await app.rooms.join('news', socket);
  });
}

test('a message names its user, if the service knows users', async (t) => {
  const service = await start(t);
  const reader = await enter(service, 'tea');
  service.app.websocketServer.once('connection', (socket) =>
    Object.assign(socket, { userId: 'u1' }),
  );
  const writer = await enter(service, 'tea');
  writer.say('tea', 1);
  assert.equal((await reader.has('message')).from, 'u1');
});

test('everything that the service sends fits its schema', async (t) => {
  const received: object[] = [];
  const addRoutes = (app: FastifyInstance) =>
    app.get('/test-check', async (request) =>
      received.filter((message) => {
        const schema = serverMessages[Reflect.get(message, 'type') as keyof typeof serverMessages];
        return !request.compileValidationSchema(schema)(structuredClone(message));
      }),
    );
  const service = await start(t, { addRoutes, env: { ROOM_MAX_PER_CONNECTION: '1' } });
  const member = await enter(service, 'tea');
  member.say('tea', 1);
  member.send({ type: 'count', room: 'tea' });
  await member.ask({ type: 'join', room: 'coffee' }, 'error');
  await member.ask({ type: 'leave', room: 'tea' }, 'left');
  received.push(...member.received, { type: 'missed', count: 1 }, { type: 'gap' });
  assert.equal(new Set(received.map((each) => Reflect.get(each, 'type'))).size, 7);
  assert.deepEqual((await service.app.inject('/test-check')).json(), []);
  assert.deepEqual(Object.keys(clientMessages), ['join', 'leave', 'count', 'publish']);
});

test('a plain GET explains that this is a WebSocket', async (t) => {
  const { app } = await start(t);
  assert.equal((await app.inject('/rooms')).statusCode, 426);
  assert.equal((await app.inject('/rooms.html')).statusCode, 200);
});

test('a closed socket cannot join, and other sockets go on after its handler failed', async (t) => {
  const service = await start(t);
  const one = await enter(service, 'tea');
  const [served] = service.app.rooms.members('tea');
  assert.ok(served);
  one.socket.close();
  await closeCode(one.socket);
  await until(() => service.app.rooms.counts.rooms === 0);
  await assert.rejects(service.app.rooms.join('tea', served), { name: 'RoomError' });
  assert.equal(service.app.rooms.counts.rooms, 0);
  assert.equal(await ask(await service.connect(), 'x'), 'x');
});
