import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { next, until } from './helper.js';

type State = Record<'name' | 'url', string> & Partial<Record<'code' | 'retryMs', number>>;
type Closed = Record<'code' | 'failures', number> & { reason: string; wasOpen: boolean };
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
interface Module {
  openSocket: (options: object) => Client;
  retryDelay: (closed: Closed & { isLocal?: boolean }, random: () => number) => number;
}
const { openSocket, retryDelay }: Module = await import(
  new URL('../public/socket.js', import.meta.url).href
);

async function listen(t: TestContext, port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await next(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Opens a client that closes when the test ends, and records its states. */
function open(t: TestContext, url: string) {
  const states: State[] = [];
  const reports = new EventEmitter();
  const onState = (state: State) => {
    states.push(state);
    reports.emit('state');
  };
  const client = openSocket({ url, onMessage: () => {}, onState });
  t.after(() => client.close());
  async function reached(name: string, times = 1): Promise<State> {
    for (;;) {
      const state = states.filter((each) => each.name === name)[times - 1];
      if (state) return state;
      // Not `until`: the test must continue before the client does anything else.
      await next(reports, 'state');
    }
  }
  return { client, states, reached };
}

test('the client reports its state: connecting, open, waiting, and open again', async (t) => {
  const { server, port } = await listen(t);
  const { client, states, reached } = open(t, `http://127.0.0.1:${port}/live`);
  assert.equal((await reached('open')).url, `ws://127.0.0.1:${port}/live`);
  assert.equal(client.send('hello'), true);
  for (const peer of server.clients) peer.close(1012, 'retry 50');
  const { code, retryMs = 50 } = await reached('waiting');
  assert.equal(code, 1012);
  assert.ok(retryMs >= 0 && retryMs < 50, `${retryMs} ms`);
  assert.equal(client.send('lost'), false);
  await reached('open', 2);
  assert.deepEqual(
    states.map(({ name }) => name),
    ['connecting', 'open', 'waiting', 'connecting', 'open'],
  );
});

/** The longest delay after a connection was closed. */
function longest(closed: Partial<Closed & { isLocal: boolean }>): number {
  const usual = { code: 1006, reason: '', wasOpen: true, failures: 0 };
  return retryDelay({ ...usual, ...closed }, () => 1);
}

test('the first attempt falls into the window that the service names', () => {
  assert.equal(longest({ code: 1001, reason: 'retry 12000' }), 12_000);
  assert.equal(longest({ code: 1001, reason: 'retry 250', isLocal: true }), 250);
  // Not longer than five minutes, and only in this form.
  assert.equal(longest({ code: 1001, reason: 'retry 999999999' }), 300_000);
  for (const reason of ['retry', 'retry 0', 'retry -1', 'retry 1e9', 'please retry 5', '12000']) {
    assert.equal(longest({ code: 1001, reason }), 10_000, reason);
  }
});

test('without a window, the first attempt is spread over 10 s if many clients are affected', () => {
  for (const code of [1001, 1006, 1012]) assert.equal(longest({ code }), 10_000, `${code}`);
  for (const code of [1000, 1008, 1011]) assert.equal(longest({ code }), 1000, `${code}`);
  assert.equal(longest({ wasOpen: false }), 1000);
  assert.equal(longest({ isLocal: true }), 1000);
});

test('further attempts wait up to 2 s, doubled up to 30 s, but not less than the window', () => {
  const delays = [1, 2, 3, 4, 5, 6, 2000].map((failures) => longest({ failures, wasOpen: false }));
  assert.deepEqual(delays, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(longest({ failures: 1, reason: 'retry 12000' }), 12_000);
  assert.equal(longest({ failures: 4, reason: 'retry 12000' }), 16_000);
});

test('all of a delay is random', () => {
  const closed = { code: 1006, reason: '', wasOpen: true, failures: 0 };
  assert.deepEqual(
    [0, 0.5, 0.999].map((random) => retryDelay(closed, () => random)),
    [0, 5000, 9990],
  );
});

test('attempts count until a connection has lasted', async (t) => {
  t.mock.method(Math, 'random', () => 0.01);
  const { server, port } = await listen(t);
  const { reached } = open(t, `ws://127.0.0.1:${port}/`);
  const delays: unknown[] = [];
  for (const times of [1, 2, 3]) {
    await reached('open', times);
    await until(() => server.clients.size === 1);
    for (const peer of server.clients) peer.close(1011);
    delays.push((await reached('waiting', times)).retryMs);
  }
  assert.deepEqual(delays, [10, 20, 40]);
});

test('each client chooses its own time', async (t) => {
  const { server, port } = await listen(t);
  server.close();
  const clients = Array.from({ length: 5 }, () => open(t, `ws://127.0.0.1:${port}/`));
  const states = await Promise.all(clients.map(({ reached }) => reached('waiting')));
  assert.ok(new Set(states.map(({ retryMs }) => retryMs)).size > 1);
});

test('a closed client stays closed', async (t) => {
  const { server, port } = await listen(t);
  const { client, states, reached } = open(t, `ws://127.0.0.1:${port}/`);
  await reached('open');
  client.close();
  assert.equal((await reached('closed')).code, 1000);
  await until(() => server.clients.size === 0);
  assert.equal(states.length, 3);
});

test('a client that is closed while it waits does not reconnect', async (t) => {
  const { server, port } = await listen(t);
  server.close();
  const { client, states, reached } = open(t, `ws://127.0.0.1:${port}/`);
  const { retryMs = 0 } = await reached('waiting');
  client.close();
  await new Promise((resolve) => setTimeout(resolve, retryMs + 100));
  assert.deepEqual(
    states.map(({ name }) => name),
    ['connecting', 'waiting', 'closed'],
  );
});
