import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { next, until } from './helper.js';
import { movingClock } from './tokens.js';

type State = Record<'name' | 'url', string> &
  Partial<{ status: number; reason: string; retryMs: number; code: number }>;
type Client = { send: (text: string) => boolean; close: () => void };

/** Unlike ws, a browser does not throw errors without a listener. */
class BrowserSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => {});
  }
}

// The globals that the module uses in a browser.
Object.assign(globalThis, { WebSocket: BrowserSocket, location: { href: 'http://127.0.0.1/' } });
const { openSocket }: { openSocket: (options: object) => Client } = await import(
  new URL('../public/socket.js', import.meta.url).href
);
const { takeTicket }: { takeTicket: (options: object) => Promise<string> } = await import(
  new URL('../public/ticket.js', import.meta.url).href
);

/** A server that remembers the tickets with which sockets were opened. */
async function listen(t: TestContext) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const tickets: (string | null)[] = [];
  server.on('connection', (_socket, { url = '' }) => {
    tickets.push(new URL(url, 'http://x').searchParams.get('ticket'));
  });
  await next(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, tickets, url: `ws://127.0.0.1:${port}/live?a=1` };
}

/** Opens a client, and records its states. */
function open(t: TestContext, url: string, ticket: () => unknown) {
  const states: State[] = [];
  const reports = new EventEmitter();
  const onState = (state: State) => {
    states.push(state);
    reports.emit('state');
  };
  const client = openSocket({ url, ticket, onMessage: () => {}, onState });
  t.after(() => client.close());
  async function reached(name: string, times = 1): Promise<State> {
    for (;;) {
      const state = states.filter((each) => each.name === name)[times - 1];
      if (state) return state;
      await next(reports, 'state');
    }
  }
  return { client, states, reached };
}

const failure = (status: number, retryAfterMs = 0) =>
  Object.assign(new Error(`status ${status}`), { status, retryAfterMs });

test('each attempt has a new ticket', async (t) => {
  const { server, tickets, url } = await listen(t);
  let count = 0;
  const { reached } = open(t, url, async () => `ticket-${(count += 1)}`);
  await reached('open');
  for (const peer of server.clients) peer.close(1012);
  await reached('open', 2);
  assert.deepEqual(tickets, ['ticket-1', 'ticket-2']);
});

for (const status of [401, 403]) {
  test(`a ticket that is refused with ${status} ends the attempts, and is reported`, async (t) => {
    const { url, tickets } = await listen(t);
    const { states, reached, client } = open(t, url, async () => {
      throw failure(status);
    });
    const closed = await reached('closed');
    assert.deepEqual([closed.status, closed.reason], [status, `status ${status}`]);
    assert.equal(client.send('x'), false);
    assert.equal(states.length, 2);
    assert.equal(tickets.length, 0);
  });
}

test('any other failure is retried, but not before the time that the service says', async (t) => {
  const { url } = await listen(t);
  const results = [failure(429, 1500), failure(503), new TypeError('no network'), 'ticket'];
  const times: number[] = [];
  const { states, reached } = open(t, url, () => {
    times.push(performance.now());
    const result = results.shift();
    return result instanceof Error ? Promise.reject(result) : result;
  });
  await reached('open');
  assert.equal(states.find(({ name }) => name === 'waiting')?.retryMs, 1500);
  const [first = 0, second = 0] = times;
  assert.ok(second - first >= 1499, `${second - first} ms`);
  assert.equal(times.length, 4);
});

test('after 4401, a client that was open takes a new ticket at once, but not twice', async (t) => {
  const { server, url } = await listen(t);
  const setClock = movingClock(t);
  const { states, reached } = open(t, url, async () => 'ticket');
  await reached('open');
  setClock(20_000);
  for (const peer of server.clients) peer.close(4401);
  await reached('open', 2);
  assert.ok(states.every(({ name }) => name !== 'waiting'));
  for (const peer of server.clients) peer.close(4401);
  assert.equal((await reached('waiting')).code, 4401);
});

test('a client that is closed while it takes a ticket opens no socket', async (t) => {
  const { url, tickets } = await listen(t);
  const waiting: ((ticket: string) => void)[] = [];
  const { client, reached } = open(t, url, () => new Promise((resolve) => waiting.push(resolve)));
  await until(() => waiting.length === 1);
  client.close();
  await reached('closed');
  waiting[0]?.('late');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(tickets, []);
});

test('takeTicket sends the token in a header, and reports status and time', async (t) => {
  const requests: { url: string; init: RequestInit }[] = [];
  const answers = [
    new Response('{"ticket":"one"}'),
    new Response('{"message":"Slowly."}', { status: 429, headers: { 'retry-after': '7' } }),
    new Response('<html>', { status: 502 }),
  ];
  t.mock.method(globalThis, 'fetch', async (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return answers.shift();
  });
  const options = { path: '/live', token: async () => 'secret' };
  assert.equal(await takeTicket(options), 'one');
  const late = { status: 429, message: 'Slowly.', retryAfterMs: 7000 };
  await assert.rejects(takeTicket(options), late);
  await assert.rejects(takeTicket(options), { status: 502, retryAfterMs: 0 });
  const [{ url = '', init } = { init: undefined }] = requests;
  assert.equal(url, '/ticket');
  assert.equal(new Headers(init?.headers).get('authorization'), 'Bearer secret');
  assert.equal(init?.body, '{"path":"/live"}');
});
