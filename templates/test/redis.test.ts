import assert from 'node:assert/strict';
import { on } from 'node:events';
import { createConnection } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { ask, next, start } from './helper.js';
import { startRedis } from './redis-server.js';

type Service = Awaited<ReturnType<typeof start>>;

function instance(t: TestContext, port: number, channel = 'rooms'): Promise<Service> {
  const REDIS_URL = `redis://127.0.0.1:${port}`;
  return start(t, { env: { REDIS_URL, REDIS_CHANNEL: channel } });
}

async function untilReady({ app }: Service, statusCode: number): Promise<void> {
  const end = Date.now() + 10_000;
  while ((await app.inject('/readyz')).statusCode !== statusCode) {
    assert.ok(Date.now() < end, `/readyz never answered ${statusCode}.`);
    await setTimeout(20);
  }
}

async function heard(socket: WebSocket): Promise<unknown> {
  const [message, isBinary] = await next(socket, 'message');
  return isBinary ? message : String(message);
}

/** Waits for a message, whatever comes before it. */
async function until(socket: WebSocket, text: string): Promise<void> {
  for await (const [message] of on(socket, 'message', { signal: AbortSignal.timeout(10_000) })) {
    if (String(message) === text) return;
  }
}

function publication(text: string): string {
  return `*3\r\n$7\r\nPUBLISH\r\n$5\r\nrooms\r\n$${text.length}\r\n${text}\r\n`;
}

// Each has a Redis of its own, so they need not wait for each other.
describe('rooms over Redis', { concurrency: true }, () => {
  it('instances share their rooms, text and binary, and nobody hears a message twice', async (t) => {
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
    // What comes next to either is the next message: no second copy of an older one.
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
    await setTimeout(50);
    assert.equal(await ask(there, 'other'), 'other');
  });

  it('without Redis the service starts, says so, and its own rooms work', async (t) => {
    const { port, close } = await startRedis();
    await close();
    const service = await instance(t, port);
    await untilReady(service, 503);
    assert.equal((await service.app.inject('/healthz')).statusCode, 200);
    assert.equal(await ask(await service.connect('/rooms/tea'), 'alone'), 'alone');

    const late = await startRedis(port);
    t.after(late.close);
    await untilReady(service, 200);
  });

  it('a Redis that is killed and comes back heals everything', async (t) => {
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

  it('a Redis that hangs is noticed while messages flow, and heals', async (t) => {
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
    const text = until(there, 'healed');
    here.send('healed');
    await text;
  });

  it('what others publish on the channel does not cost a message', async (t) => {
    const redis = await startRedis();
    t.after(redis.close);
    const service = await instance(t, redis.port);
    await untilReady(service, 200);
    const socket = await service.connect('/rooms/tea');

    const ours = '{"room":"tea","isBinary":false,"from":"another instance"}\nhello';
    const stranger = createConnection(redis.port, '127.0.0.1');
    t.after(() => stranger.destroy());
    const text = heard(socket);
    stranger.write(['no JSON', 'null', '5\n', ours].map(publication).join(''));
    assert.equal(await text, 'hello');
  });

  it('a mistaken address is one line, and does not repeat the password', async (t) => {
    for (const REDIS_URL of [
      'http://:secret@host',
      'redis://:secret@host:99999',
      'secret',
      'redis://host/secret',
    ]) {
      await assert.rejects(start(t, { env: { REDIS_URL } }), {
        name: 'Mistakes',
        message: 'REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.',
      });
    }
  });
});
