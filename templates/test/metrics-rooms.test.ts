import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start, until } from './helper.js';
import { enter } from './room-member.js';
import { metricsUrl, scrape } from './scrape.js';

test('rooms, members, deliveries and refused messages are counted', async (t) => {
  const service = await start(t, { env: { ROOM_DELIVERIES_PER_CONNECTION: '2' } });
  const url = await metricsUrl(service);
  const [one, two] = [await enter(service, 'tea'), await enter(service, 'tea')];
  await enter(service, 'coffee');
  one.say('tea', 1);
  for (const member of [one, two]) await member.has('message');
  const found = await scrape(url);
  assert.equal(found['rooms'], 2);
  assert.equal(found['room_members'], 3);
  assert.equal(found['room_deliveries_total'], 2);
  assert.equal(found['room_dropped_messages_total'], 0);
  assert.equal(found['room_slow_members_total{action="skip"}'], 0);
  for (let i = 0; i < 10; i++) one.say('tea', i);
  await until(async () => ((await scrape(url))['room_refused_messages_total'] ?? 0) > 0);
  await two.close();
  await until(async () => (await scrape(url))['room_members'] === 2);
});
