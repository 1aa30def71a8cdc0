import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { WebSocket } from 'ws';
import { NetworkCounts, networksOf } from '../src/lib/addresses.js';
import { answersTo, ask, next, start, until } from './helper.js';

/** The header that a proxy sends: its peer's address, after the addresses that the client sent. */
function from(forwarded: string) {
  return { headers: { 'x-forwarded-for': forwarded } };
}

test('sockets from one address are limited, and closing one allows another', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '2' } });
  const [first] = [await connect(), await connect()];
  await assert.rejects(connect(), /response: 429/);
  // Without TRUST_PROXY, this header changes nothing.
  await assert.rejects(connect('/test-echo', from('198.51.100.1')), /response: 429/);
  first.terminate();
  await until(async () => (await connect()).readyState === 1);
});

test('behind a trusted proxy, the client’s address counts, and clients cannot fake it', async (t) => {
  const env = { MAX_CONNECTIONS_PER_ADDRESS: '1', MAX_CONNECTIONS: '2', TRUST_PROXY: '127.0.0.1' };
  const { connect } = await start(t, { env });
  const first = await connect('/test-echo', from('198.51.100.1'));
  await assert.rejects(connect('/test-echo', from('198.51.100.1')), /response: 429/);
  await assert.rejects(connect('/test-echo', from('203.0.113.9, 198.51.100.1')), /response: 429/);
  await connect('/test-echo', from('198.51.100.2'));
  // MAX_CONNECTIONS is 2.
  await assert.rejects(connect('/test-echo', from('198.51.100.3')), /response: 503/);
  first.terminate();
  await until(async () => (await connect('/test-echo', from('198.51.100.3'))).readyState === 1);
});

test('a handshake that is refused for another reason does not count', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } });
  for (let i = 0; i < 3; i++) {
    await until(() => refused(connect('/test-echo', { origin: 'https://evil.example' }), 403));
    await until(() => refused(connect('/nowhere'), 404));
  }
  await until(async () => (await connect()).readyState === 1);
});

async function refused(attempt: Promise<WebSocket>, status: number): Promise<boolean> {
  const reason = await attempt.catch(String);
  return String(reason).includes(`response: ${status}`);
}

test('streams count before they send anything, and those over the limit are dropped', async (t) => {
  const { port, log, connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } });
  const silent = [connectTcp(port, '127.0.0.1'), connectTcp(port, '127.0.0.1')];
  await Promise.all(silent.map((stream) => next(stream, 'connect')));
  const third = connectTcp(port, '127.0.0.1').resume();
  third.on('error', () => {});
  await next(third, 'close');
  await log.has(/^Dropped connections: too many from 127\.0\.0\.1\.$/);
  for (const stream of silent) stream.destroy();
  await until(async () => (await connect()).readyState === 1);
});

const networkNames = (ip: string) => networksOf(ip).map(({ name }) => name);

test('a client counts in its IPv4 address, or in its IPv6 /64 and /48', () => {
  const sameIPv4 = ['192.0.2.1', '192.0.2.1:50123', '::ffff:192.0.2.1', '64:ff9b::192.0.2.1'];
  for (const ip of sameIPv4) assert.deepEqual(networkNames(ip), ['192.0.2.1'], ip);
  for (const ip of ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::9', '[2001:db8:1:2::9]:50123']) {
    assert.deepEqual(networkNames(ip), ['2001:db8:1:2::/64', '2001:db8:1::/48'], ip);
  }
  for (const zone of ['eth0', 'eth0.100', 'br-12ab34']) {
    assert.deepEqual(networkNames(`fe80::1%${zone}`), ['fe80::/64', 'fe80::/48']);
  }
  assert.deepEqual(networkNames(''), ['clients without an address']);
});

test('a /48 allows ten times as many as a /64, and removing one allows another', () => {
  const counts = new NetworkCounts();
  for (let i = 0; i < 10; i++) assert.equal(counts.add(`2001:db8:1:${i}::1`, 1), undefined);
  assert.equal(counts.add('2001:db8:1:9::2', 1), '2001:db8:1:9::/64');
  assert.equal(counts.add('2001:db8:1:a::1', 1), '2001:db8:1::/48');
  counts.remove('2001:db8:1:9::1');
  assert.equal(counts.add('2001:db8:1:a::1', 1), undefined);
});

// A burst is 40 frames, and 660 bytes outside of complete messages.
const env = {
  HTTPS: 'false',
  MESSAGES_PER_SECOND: '40',
  HEARTBEAT_MS: '1000',
  MAX_MESSAGE_BYTES: '100',
};
const tooMuch = /^The client sends too much\. Reading from it is paused\.$/;

const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

/** Starts the service with a stopped clock: no budget refills. */
async function startWithoutRefill(t: TestContext) {
  const service = await start(t, { env });
  const now = performance.now();
  t.mock.method(performance, 'now', () => now);
  return {
    ...service,
    warnings: () => service.log.lines.filter(({ msg }) => tooMuch.test(msg)).length,
  };
}

test('a burst within MESSAGES_PER_SECOND × HEARTBEAT_MS is read at once', async (t) => {
  const { connect, warnings } = await startWithoutRefill(t);
  const socket = await connect();
  await answersTo(socket, texts(40));
  assert.equal(warnings(), 0);
});

const floods: Record<string, (socket: WebSocket) => Promise<unknown> | void> = {
  messages: (socket) => answersTo(socket, texts(55)),
  'fragments of one message': (socket) => {
    for (let i = 0; i < 150; i++) socket.send('', { fin: i === 149 });
    return next(socket, 'message');
  },
  pings: (socket) => texts(55).forEach((text) => socket.ping(text)),
  pongs: (socket) => texts(55).forEach((text) => socket.pong(text)),
};

for (const [what, flood] of Object.entries(floods)) {
  test(`too many ${what} pause a client, without losing a message or the connection`, async (t) => {
    const { connect, log, warnings } = await startWithoutRefill(t);
    const [socket, other] = [await connect(), await connect()];
    const done = flood(socket);
    await log.has(tooMuch);
    assert.equal(await ask(other, 'still here'), 'still here');
    await done;
    assert.equal(await ask(socket, 'x'), 'x');
    assert.equal(await ask(socket, 'y'), 'y');
    assert.equal(warnings(), 1);
  });
}
