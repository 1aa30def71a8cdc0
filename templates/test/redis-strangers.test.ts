import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { next, start, until } from './helper.js';
import { startRedis } from './redis-server.js';
import { enter } from './room-member.js';

/** What a server may do that is not Redis, or broken. */
const strangers: Record<string, (stream: Socket) => void> = {
  'closes at once': (stream) => stream.destroy(),
  'sends garbage': (stream) => stream.write('z'.repeat(1000)),
  'refuses everything': (stream) => stream.write('-ERR no \u001b[31mred\r\n'.repeat(5)),
  'answers what was not asked': (stream) => stream.write('+OK\r\n'.repeat(50)),
  'nests arrays': (stream) => stream.write('*1\r\n'.repeat(100_000)),
  'announces a huge array': (stream) => stream.write('*2147483647\r\n'),
  'announces negative lengths': (stream) => stream.write('$-5\r\n*-7\r\n:9e99\r\n'),
  'never ends a value': (stream) => {
    stream.write('$4294967296\r\n');
    const timer = setInterval(() => stream.write(Buffer.alloc(10_000)), 20);
    stream.on('close', () => clearInterval(timer));
  },
};
for (const [what, act] of Object.entries(strangers)) {
  test(`a server that ${what} does no harm, and is left for Redis`, async (t) => {
    const streams = new Set<Socket>();
    const stranger = createServer((stream) => {
      stream.on('error', () => {}).resume();
      streams.add(stream);
      act(stream);
    });
    await next(stranger.listen(0, '127.0.0.1'), 'listening');
    const { port } = stranger.address() as AddressInfo;
    const service = await start(t, { env: { REDIS_URL: `redis://127.0.0.1:${port}` } });
    const member = await enter(service, 'tea');
    await service.log.has(/^Redis cannot be reached\./);
    assert.equal((await service.app.inject('/readyz')).statusCode, 503);
    member.say('tea', 'still here');
    await member.has('message');

    for (const stream of streams) stream.destroy();
    stranger.close();
    const redis = await startRedis(port);
    t.after(redis.close);
    await until(async () => (await service.app.inject('/readyz')).statusCode === 200);
  });
}
