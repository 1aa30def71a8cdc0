import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start, until } from './helper.js';
import { startRedis } from './redis-server.js';
import { enter } from './room-member.js';
import { metricsUrl, scrape } from './scrape.js';

test('the connection to Redis and its messages are counted', async (t) => {
  const redis = await startRedis();
  t.after(() => redis.close());
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const [one, two] = [await start(t, { env }), await start(t, { env })];
  const url = await metricsUrl(two);
  await until(async () => (await scrape(url))['redis_up'] === 1);
  const [sender, member] = [await enter(one, 'tea'), await enter(two, 'tea')];
  sender.say('tea', 'hello');
  await member.has('message');
  const found = await scrape(url);
  assert.equal(found['redis_messages_total'], 1);
  assert.equal(found['redis_publish_failures_total'], 0);
  await redis.close();
  await until(async () => (await scrape(url))['redis_up'] === 0);
});

test('without Redis, its metrics are 0', async (t) => {
  const found = await scrape(await metricsUrl(await start(t)));
  assert.equal(found['redis_up'], 0);
  assert.equal(found['redis_reconnects_total'], 0);
});
