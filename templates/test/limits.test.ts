import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { networkOf } from '../src/addresses.js';
import { ask, closeCode, start } from './helper.js';

test('connections of one address are limited, and a closed one makes room', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '2' } });
  const [first] = [await connect(), await connect()];
  await assert.rejects(connect(), /response: 429/);
  const other = await connect('/live', { localAddress: '127.0.0.2' });
  assert.equal(await ask(other, 'hello'), 'Echo: hello');
  first.terminate();
  await until(async () => (await connect()).readyState === 1);
});

test('connections of all addresses are limited', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS: '2' } });
  const first = await connect();
  await connect('/live', { localAddress: '127.0.0.2' });
  await assert.rejects(connect('/live', { localAddress: '127.0.0.3' }), /response: 503/);
  first.terminate();
  await until(async () => (await connect('/live', { localAddress: '127.0.0.3' })).readyState === 1);
});

test('a handshake that is refused for another reason takes no room', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } });
  for (let i = 0; i < 3; i++) {
    await assert.rejects(connect('/live', { origin: 'https://evil.example' }), /response: 403/);
    await assert.rejects(connect('/rooms/not!a!room'), /response: 400/);
  }
  await until(async () => (await connect()).readyState === 1);
});

test('behind a trusted proxy the address is the client’s, and no header of theirs changes it', async (t) => {
  const env = { MAX_CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: '127.0.0.1' };
  const { connect } = await start(t, { env });
  await connect('/live', from('198.51.100.1'));
  await assert.rejects(connect('/live', from('198.51.100.1')), /response: 429/);
  await assert.rejects(connect('/live', from('203.0.113.9, 198.51.100.1')), /response: 429/);
  await connect('/live', from('198.51.100.2'));
});

test('without a trusted proxy X-Forwarded-For changes nothing', async (t) => {
  const { connect } = await start(t, { env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } });
  await connect();
  const headers = { 'x-forwarded-for': '198.51.100.1' };
  await assert.rejects(connect('/live', { headers }), /response: 429/);
});

const networks = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['192.0.2.1:50123', '192.0.2.1'],
  ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::/64'],
] as const;

for (const [ip, network] of networks) {
  test(`${ip} is counted as ${network}`, () => assert.equal(networkOf(ip), network));
}

test('a client that sends too many messages in a second is closed with 1008', async (t) => {
  const { connect } = await start(t, { env: { MESSAGES_PER_SECOND: '5' } });
  const [flood, other] = [await connect(), await connect()];
  // Wherever in a second they begin, six of twelve fall into the same one.
  for (let i = 0; i < 12; i++) flood.send('x');
  assert.equal(await closeCode(flood), 1008);
  assert.equal(await ask(other, 'still here'), 'Echo: still here');
});

test('a client that floods and does not answer the goodbye is cut off', async (t) => {
  const { app, connect } = await start(t, { env: { MESSAGES_PER_SECOND: '5' } });
  const floods = [await connect(), await connect()];
  for (const flood of floods) flood.pause();
  for (let i = 0; i < 12; i++) {
    floods[0]?.send('x');
    floods[1]?.pong();
  }
  await until(async () => app.websocketServer.clients.size === 0, 100);
});

test('a client that keeps to the limit stays', async (t) => {
  const { connect } = await start(t, { env: { MESSAGES_PER_SECOND: '2' } });
  const socket = await connect();
  for (let i = 0; i < 4; i++) {
    assert.equal(await ask(socket, 'x'), 'Echo: x');
    await setTimeout(510);
  }
});

/** What a proxy passes on: the address that it sees, behind what the client claims. */
function from(forwarded: string) {
  return { headers: { 'x-forwarded-for': forwarded } };
}

/** Tries again until it works: the other side learns a moment later that a connection has ended. */
async function until(attempt: () => Promise<boolean>, most = 50): Promise<void> {
  for (let tries = 0; tries < most; tries++) {
    if (await attempt().catch(() => false)) return;
    await setTimeout(20);
  }
  assert.fail('It never worked.');
}
