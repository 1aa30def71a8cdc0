import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { next, until } from './helper.js';

type State = Record<'name' | 'url', string> & Partial<Record<'code' | 'retryMs', number>>;
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
  for (const peer of server.clients) peer.close(1012);
  const { code, retryMs = 0 } = await reached('waiting');
  assert.equal(code, 1012);
  assert.ok(retryMs >= 250 && retryMs <= 500, `${retryMs} ms`);
  assert.equal(client.send('lost'), false);
  await reached('open', 2);
  assert.deepEqual(
    states.map(({ name }) => name),
    ['connecting', 'open', 'waiting', 'connecting', 'open'],
  );
});

test('the delay grows with each attempt, and differs between clients', async (t) => {
  const { server, port } = await listen(t);
  server.close();
  const clients = Array.from({ length: 5 }, () => open(t, `ws://127.0.0.1:${port}/`));
  const thirds = await Promise.all(clients.map(({ reached }) => reached('waiting', 3)));
  const pauses = thirds.map(({ retryMs = 0 }) => retryMs);
  for (const pause of pauses) assert.ok(pause >= 1000 && pause <= 2000, `${pause} ms`);
  assert.ok(new Set(pauses).size > 1, String(pauses));
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
