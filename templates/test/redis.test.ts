import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { readSettings } from '../src/settings.js';
import { start, until, type Service } from './helper.js';
import { startRedis } from './redis-server.js';
import { connectMember, enter } from './room-member.js';

function instance(
  t: TestContext,
  port: number,
  env: Record<string, string> = {},
): Promise<Service> {
  return start(t, { env: { REDIS_URL: `redis://127.0.0.1:${port}`, ...env } });
}

async function untilReady({ app }: Service, statusCode: number): Promise<void> {
  await until(async () => (await app.inject('/readyz')).statusCode === statusCode);
}

/** Redis and two instances that are connected to it. */
async function startTwo(t: TestContext, env: Record<string, string> = {}) {
  const redis = await startRedis();
  t.after(() => redis.close());
  const one = await instance(t, redis.port, env);
  const two = await instance(t, redis.port, env);
  const ready = (code: number) => Promise.all([untilReady(one, code), untilReady(two, code)]);
  await ready(200);
  return { redis, one, two, ready };
}

/** Publishes as someone else who can use the same Redis. */
function publish(t: TestContext, port: number, room: string, ...texts: string[]): void {
  const stranger = createConnection(port, '127.0.0.1');
  t.after(() => stranger.destroy());
  const channel = `app:room:${room}`;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    stranger.write(
      `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${size}\r\n${text}\r\n`,
    );
  }
}

const foreign = (data: unknown) => JSON.stringify({ instance: 'another', data });

// Each test has its own Redis, so some can run at the same time.
describe('rooms over Redis', { concurrency: 3 }, () => {
  it('instances share rooms, and each message arrives once', async (t) => {
    const { one, two } = await startTwo(t);
    const [here, there] = [await enter(one, 'tea'), await enter(two, 'tea')];
    const data = { text: 'Grüße\n', list: [1] };
    here.say('tea', data);
    there.say('tea', 'answer');
    here.send({ type: 'publish', room: 'tea', data: 'others', to: 'others' });
    for (const member of [here, there]) await until(() => member.data().includes('answer'));
    await until(() => there.data().includes('others'));
    here.say('tea', 'end');
    for (const member of [here, there]) await until(() => member.data().includes('end'));
    assert.deepEqual(new Set(here.data()), new Set([data, 'answer', 'end']));
    assert.deepEqual(new Set(there.data()), new Set([data, 'answer', 'others', 'end']));
    assert.deepEqual([here.data().length, there.data().length], [3, 4]);
  });

  it('an instance only listens to rooms in which it has members', async (t) => {
    const { redis, one, two } = await startTwo(t);
    await Promise.all([enter(one, 'a'), enter(one, 'a'), enter(one, 'b'), enter(two, 'a')]);
    const rooms = redis.listenedTo().filter((channel) => channel.startsWith('app:room:'));
    assert.deepEqual(new Set(rooms), new Set(['app:room:a', 'app:room:b']));
    const sender = await enter(one, 'b');
    for (let i = 0; i < 20; i++) sender.say('b', i);
    await sender.has('message', 20);
    await until(() => one.app.shared?.counts.received === 20);
    assert.equal(two.app.shared?.counts.received, 0);
  });

  it('services with different prefixes share nothing', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const services = [
      await instance(t, redis.port),
      await instance(t, redis.port, { REDIS_PREFIX: 'other' }),
    ] as const;
    await Promise.all(services.map((service) => untilReady(service, 200)));
    const [here, there] = [await enter(services[0], 'tea'), await enter(services[1], 'tea')];
    here.say('tea', 'mine');
    await here.has('message');
    assert.equal((await there.ask({ type: 'count', room: 'tea' }, 'count')).members, 1);
    publish(t, redis.port, 'tea', foreign('next'));
    await here.has('message', 2);
    assert.deepEqual(there.data(), []);
  });

  it('members are counted on all instances, also after one has stopped', async (t) => {
    const { one, two } = await startTwo(t);
    const here = await enter(one, 'tea');
    const there = await enter(two, 'tea');
    await enter(two, 'tea');
    const count = async () => here.ask({ type: 'count', room: 'tea' }, 'count');
    await until(async () => (await count()).members === 3);
    assert.equal((await count()).complete, true);
    await there.close();
    await until(async () => (await count()).members === 2);
    await two.app.close();
    assert.equal((await count()).members, 1);
  });

  it('an instance that was killed is not counted after six seconds', async (t) => {
    const { redis, one } = await startTwo(t);
    const here = await enter(one, 'tea');
    const count = async () => (await here.ask({ type: 'count', room: 'tea' }, 'count')).members;
    let beats = 0;
    await until(async () => {
      redis.hashes.get('app:room:tea')?.set('killed', '5');
      redis.hashes.get('app:instances')?.set('killed', String(beats++));
      return (await count()) === 6;
    });
    // It does not beat any more.
    await until(async () => (await count()) === 1);
  });

  it('without Redis, the service starts, is not ready, and its own rooms work', async (t) => {
    const { port, close } = await startRedis();
    await close();
    const service = await instance(t, port);
    await untilReady(service, 503);
    assert.equal((await service.app.inject('/healthz')).statusCode, 200);
    const member = await connectMember(service);
    const joined = await member.join('tea');
    assert.deepEqual([joined.members, joined.shared, joined.complete], [1, false, false]);
    member.say('tea', 'only here');
    assert.equal((await member.has('message')).data, 'only here');

    const late = await startRedis(port);
    t.after(late.close);
    await untilReady(service, 200);
    await member.has('gap');
    publish(t, port, 'tea', foreign('from another'));
    await member.has('message', 2);
  });

  it('many rooms without Redis are no fault, and are counted when it is back', async (t) => {
    const { port, close } = await startRedis();
    await close();
    const service = await instance(t, port, { ROOM_MAX_PER_CONNECTION: '1000' });
    await connectMember(service);
    const [served] = service.app.websocketServer.clients;
    assert.ok(served);
    const names = Array.from({ length: 500 }, (_, index) => `room-${index}`);
    await Promise.all(names.map((name) => service.app.rooms.join(name, served)));

    const late = await startRedis(port);
    t.after(late.close);
    await untilReady(service, 200);
    await until(() => names.every((name) => late.hashes.get(`app:room:${name}`)?.size === 1));
  });

  it('rooms are shared again after Redis was killed and restarted', async (t) => {
    const { redis, one, two, ready } = await startTwo(t);
    const [here, there] = [await enter(one, 'tea'), await enter(two, 'tea')];
    await redis.close();
    await ready(503);
    here.say('tea', 'only here');
    await here.has('message');
    const again = await startRedis(redis.port);
    t.after(again.close);
    await ready(200);
    await Promise.all([here.has('gap'), there.has('gap')]);
    here.say('tea', 'back');
    await there.has('message');
    assert.deepEqual(there.data(), ['back']);
    await until(
      async () => (await here.ask({ type: 'count', room: 'tea' }, 'count')).members === 2,
    );
    assert.ok((one.app.shared?.counts.reconnects ?? 0) > 0);
  });

  it('a Redis that hangs is noticed without any message, and recovers', async (t) => {
    const { redis, one, two, ready } = await startTwo(t);
    const [here, there] = [await enter(one, 'tea'), await enter(two, 'tea')];
    redis.hang();
    await ready(503);
    const { complete } = await here.ask({ type: 'count', room: 'tea' }, 'count');
    assert.equal(complete, false);
    redis.resume();
    await ready(200);
    await Promise.all([here.has('gap'), there.has('gap')]);
    here.say('tea', 'recovered');
    await until(() => there.data().includes('recovered'));
  });

  it('other data on a channel is ignored', async (t) => {
    const { redis, one } = await startTwo(t, { MAX_MESSAGE_BYTES: '1000' });
    const member = await enter(one, 'tea');
    const others = ['no JSON', 'null', '5', '{}', '{"instance":1,"data":1}', '{"instance":"x"}'];
    const odd = JSON.stringify({ instance: 'x', data: 1, from: {} });
    publish(t, redis.port, 'tea', ...others, odd, foreign('x'.repeat(3000)), foreign('hello'));
    await member.has('message');
    assert.deepEqual(member.data(), ['hello']);
    const warning = await one.log.has(/^Ignored messages from Redis/);
    assert.equal(warning.count, 1);
  });

  it('a flood from Redis is limited, and does not disconnect members', async (t) => {
    const { redis, one } = await startTwo(t, { ROOM_DELIVERIES_PER_ROOM: '10' });
    const member = await enter(one, 'tea');
    publish(t, redis.port, 'tea', ...Array.from({ length: 2000 }, (_, i) => foreign(i)));
    await until(() => one.app.shared?.counts.received === 2000);
    assert.ok(member.data().length < 100, `${member.data().length}`);
    assert.ok(one.app.rooms.counts.refused > 1900);
    assert.equal(member.socket.readyState, member.socket.OPEN);
  });

  it('a value can be taken only once', async (t) => {
    const { one, two } = await startTwo(t);
    await one.app.shared?.set('ticket', 'user', 30);
    const takers = [one, two, one].map(({ app }) => app.shared?.take('ticket'));
    const taken = await Promise.all(takers);
    assert.deepEqual(
      taken.filter((value) => value !== undefined),
      ['user'],
    );
  });

  it('a REDIS_PREFIX with a special meaning in Redis is refused', () => {
    for (const REDIS_PREFIX of ['{app}', 'app*', 'my app', 'app?', '[app]']) {
      assert.throws(() => readSettings({ REDIS_PREFIX }), /without spaces, braces and wildcards/);
    }
  });

  it('an invalid REDIS_URL is reported in one line, without the password', async (t) => {
    for (const REDIS_URL of [
      'http://:secret@host',
      'redis://:secret@host:99999',
      'secret',
      'redis://host/secret',
      'redis://host,http://:secret@other',
    ]) {
      await assert.rejects(start(t, { env: { REDIS_URL } }), {
        name: 'ConfigError',
        message:
          /^REDIS_URL (\(from the environment\) )?must be redis:\/\/HOST:PORT, or rediss:\/\/ for TLS\.$/,
      });
    }
  });
});
