import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import type { Shared } from '../src/lib/shared.js';
import { allowedOrigin, ask, closeCode, next, start, until } from './helper.js';
import { bearer, makeToken, movingClock } from './tokens.js';

type Service = Awaited<ReturnType<typeof start>>;
type App = Service['app'];

const other = 'https://other.example';

/** Requests a ticket as a page does. */
function requestTicket(app: App, path = '/test-echo', headers: Record<string, string> = {}) {
  return app.inject({
    method: 'POST',
    url: '/ticket',
    headers: { origin: allowedOrigin, ...bearer(), ...headers },
    payload: { path },
  });
}

async function takeTicket(app: App, path?: string): Promise<string> {
  return (await requestTicket(app, path)).json().ticket;
}

/** Opens a socket with a ticket, without the token that `connect` sends. */
async function open(
  { url, ca }: Service,
  ticket: string,
  path = '/test-echo',
  origin = allowedOrigin,
) {
  const socket = new WebSocket(`${url}${path}?ticket=${ticket}`, { ca, origin });
  await next(socket, 'open');
  return socket;
}

test('a page exchanges its token for a ticket, which opens one socket', async (t) => {
  const service = await start(t, { env: { LOG_LEVEL: 'trace' } });
  const response = await requestTicket(service.app);
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['cache-control'], 'no-store');
  assert.equal(response.headers['access-control-allow-origin'], allowedOrigin);
  const { ticket, expiresIn } = response.json();
  assert.equal(expiresIn, 30);
  assert.match(ticket, /^[\w-]{43}$/);
  assert.equal(await ask(await open(service, ticket), 'hello'), 'hello');
  assert.equal((await service.log.has(/^socket opened$/)).user, 'ada');
  await assert.rejects(open(service, ticket), /response: 401/);
  assert.ok(!JSON.stringify(service.log.lines).includes(ticket));
});

test('only one of many handshakes with the same ticket wins', async (t) => {
  const service = await start(t);
  const ticket = await takeTicket(service.app);
  const attempts = Array.from({ length: 20 }, () => open(service, ticket));
  const results = await Promise.allSettled(attempts);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a ticket is only valid for its origin and path, and a wrong use uses it up', async (t) => {
  const service = await start(t, { env: { DOMAINS: `${allowedOrigin},${other}` } });
  const first = await takeTicket(service.app);
  await assert.rejects(open(service, first, '/test-echo', other), /response: 401/);
  await assert.rejects(open(service, first), /response: 401/);
  const second = await takeTicket(service.app, '/elsewhere');
  await assert.rejects(open(service, second), /response: 401/);
  await service.log.has(/^The ticket is for another path\.$/);
});

test('a ticket expires after 30 seconds', async (t) => {
  const service = await start(t);
  const [early, late] = [await takeTicket(service.app), await takeTicket(service.app)];
  const setClock = movingClock(t);
  setClock(29_000);
  await open(service, early);
  setClock(31_000);
  await assert.rejects(open(service, late), /response: 401/);
});

test('a socket that a ticket opened closes when the token expires', async (t) => {
  const service = await start(t);
  const exp = Math.floor(Date.now() / 1000) - 2;
  const response = await requestTicket(service.app, '/test-echo', bearer(makeToken({ exp })));
  const socket = await open(service, response.json().ticket);
  assert.equal(await closeCode(socket), 4401);
});

test('who has no token gets no ticket', async (t) => {
  const { app } = await start(t);
  for (const authorization of ['', 'Bearer x', `Bearer ${makeToken({ exp: 1 })}`]) {
    const response = await requestTicket(app, '/test-echo', { authorization });
    assert.equal(response.statusCode, 401);
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.equal(response.headers['www-authenticate'], 'Bearer');
    assert.equal(response.headers['access-control-allow-origin'], allowedOrigin);
  }
  const ticket = await takeTicket(app);
  const withTicket = await requestTicket(app, '/test-echo', { authorization: `Bearer ${ticket}` });
  assert.equal(withTicket.statusCode, 401);
});

test('pages of other origins get no ticket', async (t) => {
  const { app } = await start(t);
  const response = await requestTicket(app, '/test-echo', { origin: other });
  assert.equal(response.statusCode, 403);
  assert.equal(response.headers['access-control-allow-origin'], undefined);
});

test('a ticket needs a path without a query', async (t) => {
  const { app } = await start(t);
  for (const path of ['live', '/live?a=1', '', `/${'a'.repeat(600)}`]) {
    assert.equal((await requestTicket(app, path)).statusCode, 400, path);
  }
});

test('a user gets ten tickets a minute, and the page can read when to return', async (t) => {
  const { app } = await start(t);
  for (let i = 0; i < 10; i++) assert.equal((await requestTicket(app)).statusCode, 200);
  const refused = await requestTicket(app);
  assert.equal(refused.statusCode, 429);
  const wait = Number(refused.headers['retry-after']);
  assert.ok(wait > 0 && wait <= 60, String(wait));
  assert.match(String(refused.headers['access-control-expose-headers']), /Retry-After/i);
  const grace = bearer(makeToken({ sub: 'grace' }));
  assert.equal((await requestTicket(app, '/test-echo', grace)).statusCode, 200);
  movingClock(t)(61_000);
  assert.equal((await requestTicket(app)).statusCode, 200);
});

test('after closeUser, an earlier ticket is refused', async (t) => {
  const service = await start(t);
  const ticket = await takeTicket(service.app);
  await service.app.closeUser('ada');
  await assert.rejects(open(service, ticket), /response: 401/);
});

type Store = Pick<Shared, 'publish' | 'subscribe' | 'set' | 'take'>;

/** What instances share, in the memory of one process. */
function sharedMemory(): Store {
  const values = new Map<string, string>();
  const listeners = new Set<(message: Buffer) => void>();
  return {
    publish: async (_channel, message) => listeners.forEach((listener) => listener(message)),
    subscribe: async (_channel, listener) => void listeners.add(listener),
    set: async (key, value) => void values.set(key, value),
    async take(key) {
      const value = values.get(key);
      values.delete(key);
      return value;
    },
  };
}

/** Two instances of the service with the same store. */
async function startTwo(t: TestContext, store: Store): Promise<[Service, Service]> {
  const share = (app: App) => void app.decorate('shared', store as Shared);
  return [await start(t, { addRoutes: share }), await start(t, { addRoutes: share })];
}

test('a ticket of one instance opens a socket of another, once', async (t) => {
  const [first, second] = await startTwo(t, sharedMemory());
  const ticket = await takeTicket(first.app);
  const results = await Promise.allSettled([open(first, ticket), open(second, ticket)]);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(await ask(await open(second, await takeTicket(first.app)), 'x'), 'x');
});

test('closeUser closes the sockets of all instances', async (t) => {
  const [first, second] = await startTwo(t, sharedMemory());
  const codes = Promise.all([await first.connect(), await second.connect()].map(closeCode));
  await first.app.closeUser('ada');
  assert.deepEqual(await codes, [4401, 4401]);
});

async function away(): Promise<never> {
  throw new Error('away');
}

test('while the store is away, the answer is 503', async (t) => {
  const [service] = await startTwo(t, { ...sharedMemory(), set: away, take: away, publish: away });
  assert.equal((await requestTicket(service.app)).statusCode, 503);
  await assert.rejects(open(service, 'x'.repeat(43)), /response: 503/);
  // The sockets of this instance close anyway, and the caller learns that others may be open.
  const socket = await service.connect();
  const code = closeCode(socket);
  await assert.rejects(service.app.closeUser('ada'), /away/);
  assert.equal(await code, 4401);
  await until(() => service.app.websocketServer.clients.size === 0);
});
