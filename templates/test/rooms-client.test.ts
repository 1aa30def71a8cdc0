import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { openRooms } from '../public/rooms.js';
import { allowedOrigin, clientHeaders, start, until, type Service } from './helper.js';
import { enter } from './room-member.js';

/** Opens the client module of a page, as this service would serve it. */
function open(t: TestContext, { url, ca }: Service) {
  class BrowserSocket extends WebSocket {
    constructor(address: string) {
      super(address, { ca, origin: allowedOrigin, headers: clientHeaders });
      // Unlike ws, a browser does not throw errors without a listener.
      this.on('error', () => {});
    }
  }
  // The globals that the module uses in a browser.
  Object.assign(globalThis, { WebSocket: BrowserSocket, location: { href: `${url}/rooms.html` } });
  const got = { states: [] as string[], gaps: 0, missed: 0, errors: [] as string[] };
  const rooms = openRooms({
    onState: ({ name }) => got.states.push(name),
    onGap: () => (got.gaps += 1),
    onMissed: (count) => (got.missed += count),
    onError: ({ code }) => got.errors.push(code),
  });
  t.after(() => rooms.close());
  return { rooms, got };
}

function join({ rooms }: ReturnType<typeof open>, name: string) {
  const heard: unknown[] = [];
  const counts: number[] = [];
  const room = rooms.join(name, {
    onMessage: (data) => heard.push(data),
    onCount: ({ members }) => counts.push(members),
  });
  return { ...room, heard, counts };
}

test('the client joins when its socket is open, publishes, counts and leaves', async (t) => {
  const service = await start(t);
  const client = open(t, service);
  const tea = join(client, 'tea');
  await until(() => tea.counts.length === 1);
  const other = await enter(service, 'tea');
  assert.equal(tea.publish({ text: 'all' }), true);
  tea.publish('others', 'others');
  await other.has('message', 2);
  assert.deepEqual(other.data(), [{ text: 'all' }, 'others']);
  other.say('tea', 'answer');
  await until(() => tea.heard.length === 2);
  assert.deepEqual(tea.heard, [{ text: 'all' }, 'answer']);
  tea.count();
  await until(() => tea.counts.length === 2);
  assert.deepEqual(tea.counts, [1, 2]);
  tea.leave();
  await until(() => service.app.rooms.members('tea').length === 1);
});

test('after a reconnect, the client is in its rooms again, and reports a gap', async (t) => {
  const service = await start(t);
  const client = open(t, service);
  const [tea, left] = [join(client, 'tea'), join(client, 'coffee')];
  await until(() => tea.counts.length === 1 && left.counts.length === 1);
  left.leave();
  assert.equal(client.got.gaps, 0);
  for (const socket of service.app.websocketServer.clients) socket.close(1012);
  await until(() => tea.counts.length === 2);
  assert.equal(client.got.gaps, 1);
  assert.equal(service.app.rooms.members('coffee').length, 0);
  service.app.rooms.publish('tea', 'again');
  await until(() => tea.heard.includes('again'));
});

test('the client reports what the service refuses', async (t) => {
  const client = open(t, await start(t));
  const bad = join(client, 'not a room');
  await until(() => client.got.errors.length === 1);
  assert.deepEqual(client.got.errors, ['invalid']);
  assert.deepEqual(bad.counts, []);
});
