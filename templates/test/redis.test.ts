import assert from 'node:assert/strict';
import { on } from 'node:events';
import { createConnection } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { WebSocket } from 'ws';
import { ask, heard, start, until, type Service } from './helper.js';
import { startRedis } from './redis-server.js';

function instance(t: TestContext, port: number, channel = 'rooms'): Promise<Service> {
  const REDIS_URL = `redis://127.0.0.1:${port}`;
  return start(t, { env: { REDIS_URL, REDIS_CHANNEL: channel } });
}

async function untilReady({ app }: Service, statusCode: number): Promise<void> {
  await until(async () => (await app.inject('/readyz')).statusCode === statusCode);
}

/** Waits for this message, and ignores others before it. */
async function untilHeard(socket: WebSocket, text: string): Promise<void> {
  for await (const [message] of on(socket, 'message', { signal: AbortSignal.timeout(60_000) })) {
    if (String(message) === text) return;
  }
}

function publication(text: string, channel = 'rooms'): string {
  return `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${text.length}\r\n${text}\r\n`;
}

const foreign = '{"room":"tea","isBinary":false,"from":"another instance"}\nhello';

function publish(t: TestContext, port: number, publications: string): void {
  const stranger = createConnection(port, '127.0.0.1');
  t.after(() => stranger.destroy());
  stranger.write(publications);
}

// Each test has its own Redis, so they can run at the same time.
describe('rooms over Redis', { concurrency: true }, () => {
  it('instances share rooms for text and binary, and each message arrives once', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const services = [await instance(t, redis.port), await instance(t, redis.port)];
    await Promise.all(services.map((service) => untilReady(service, 200)));
    const [here, there] = await Promise.all(services.map(({ connect }) => connect('/rooms/tea')));
    assert.ok(here && there);

    const text = heard(there);
    assert.equal(await ask(here, 'Grüße\nund {"mehr":1}'), 'Grüße\nund {"mehr":1}');
    assert.equal(await text, 'Grüße\nund {"mehr":1}');
    const bytes = Buffer.from([0, 10, 13, 255]);
    const binary = heard(here);
    assert.deepEqual(await ask(there, bytes), bytes);
    assert.deepEqual(await binary, bytes);
    // The next message is a new one, not a second copy.
    const last = heard(there);
    assert.equal(await ask(here, 'last'), 'last');
    assert.equal(await last, 'last');
  });

  it('services with different channels share nothing', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const services = [await instance(t, redis.port, 'a'), await instance(t, redis.port, 'b')];
    await Promise.all(services.map((service) => untilReady(service, 200)));
    const [here, there] = await Promise.all(services.map(({ connect }) => connect('/rooms/tea')));
    assert.ok(here && there);
    assert.equal(await ask(here, 'mine'), 'mine');
    // The first message that arrives there is the next one through Redis.
    const text = heard(there);
    publish(t, redis.port, publication(foreign, 'b'));
    assert.equal(await text, 'hello');
  });

  it('without Redis the service starts, is not ready, and its own rooms work', async (t) => {
    const { port, close } = await startRedis();
    await close();
    const service = await instance(t, port);
    await untilReady(service, 503);
    assert.equal((await service.app.inject('/healthz')).statusCode, 200);
    assert.equal(await ask(await service.connect('/rooms/tea'), 'only here'), 'only here');

    const late = await startRedis(port);
    t.after(late.close);
    await untilReady(service, 200);
  });

  it('rooms are shared again after Redis was killed and restarted', async (t) => {
    const redis = await startRedis();
    const services = [await instance(t, redis.port), await instance(t, redis.port)];
    const all = (code: number) => Promise.all(services.map((service) => untilReady(service, code)));
    await all(200);
    const [here, there] = await Promise.all(services.map(({ connect }) => connect('/rooms/tea')));
    assert.ok(here && there);

    await redis.close();
    await all(503);
    assert.equal(await ask(here, 'only here'), 'only here');

    const again = await startRedis(redis.port);
    t.after(again.close);
    await all(200);
    const text = heard(there);
    assert.equal(await ask(here, 'back'), 'back');
    assert.equal(await text, 'back');
  });

  it('a Redis that hangs is noticed while messages are sent, and recovers', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const services = [await instance(t, redis.port), await instance(t, redis.port)];
    const all = (code: number) => Promise.all(services.map((service) => untilReady(service, code)));
    await all(200);
    const [here, there] = await Promise.all(services.map(({ connect }) => connect('/rooms/tea')));
    assert.ok(here && there);

    const flow = setInterval(() => here.send('flow'), 100);
    t.after(() => clearInterval(flow));
    redis.hang();
    await all(503);
    clearInterval(flow);
    redis.resume();
    await all(200);
    const text = untilHeard(there, 'recovered');
    here.send('recovered');
    await text;
  });

  it('other data on the channel does not lose a message', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const service = await instance(t, redis.port);
    await untilReady(service, 200);
    const socket = await service.connect('/rooms/tea');

    const text = heard(socket);
    const packets = ['no JSON', 'null', '5\n', foreign].map((packet) => publication(packet));
    publish(t, redis.port, packets.join(''));
    assert.equal(await text, 'hello');
  });

  it('an invalid REDIS_URL is reported in one line, without the password', async (t) => {
    for (const REDIS_URL of [
      'http://:secret@host',
      'redis://:secret@host:99999',
      'secret',
      'redis://host/secret',
    ]) {
      await assert.rejects(start(t, { env: { REDIS_URL } }), {
        name: 'ConfigError',
        message:
          /^REDIS_URL (\(from the environment\) )?must be redis:\/\/HOST:PORT, or rediss:\/\/ for TLS\.$/,
      });
    }
  });
});
