import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hysteresis } from '../src/lib/hysteresis.js';
import { start, until, type Service } from './helper.js';

async function readiness({ app }: Service): Promise<{ status: number; reason?: string }> {
  const { statusCode, body } = await app.inject('/readyz');
  return { status: statusCode, reason: JSON.parse(body).reason };
}

test('a switch turns on and off when a value has stayed beyond its limits', () => {
  const busy = new Hysteresis({ high: 500, low: 250, ms: 5 });
  const steps: [at: number, value: number, isOn: boolean][] = [
    [0, 500, false],
    [4, 600, false],
    // One lower value starts the time again.
    [5, 499, false],
    [6, 500, false],
    [11, 500, true],
    [12, 250, true],
    [100, 300, true],
    [101, 249, true],
    [105, 0, true],
    [106, 0, false],
  ];
  for (const [at, value, isOn] of steps) {
    const before = busy.isOn;
    assert.equal(busy.update(value, at), before !== isOn, `at ${at}`);
    assert.equal(busy.isOn, isOn, `at ${at}`);
  }
});

test('a service with all its sockets is not ready until a tenth of them is free', async (t) => {
  const service = await start(t, { env: { MAX_CONNECTIONS: '20' } });
  const sockets = await Promise.all(Array.from({ length: 20 }, () => service.connect()));
  const reason = 'The service has reached its limit of connections.';
  assert.deepEqual(await readiness(service), { status: 503, reason });
  const { clients } = service.app.websocketServer;
  for (const left of [19, 18]) {
    sockets.pop()?.terminate();
    await until(() => clients.size === left);
    assert.equal((await readiness(service)).status, 503);
  }
  sockets.pop()?.terminate();
  await until(async () => (await readiness(service)).status === 200);
});

test('a service whose messages wait is not ready until they no longer do', async (t) => {
  const service = await start(t, { env: { METRICS_MAX_DELAY_MS: '1000' } });
  const blocker = setInterval(() => {
    const end = performance.now() + 1200;
    while (performance.now() < end);
  }, 1300);
  t.after(() => clearInterval(blocker));
  await until(async () => (await readiness(service)).status === 503);
  await service.log.has(/^The service is overloaded/);
  clearInterval(blocker);
  await until(async () => (await readiness(service)).status === 200);
  await service.log.has(/no longer overloaded/);
});
