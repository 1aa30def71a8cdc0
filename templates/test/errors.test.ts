import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { start } from './helper.js';

function addRoutes(app: FastifyInstance): void {
  app.get('/test-fails', async () => {
    throw new Error('secret');
  });
  app.get('/test-refuses', async () => {
    throw Object.assign(new Error('That is too early.'), { statusCode: 425 });
  });
  app.post('/test-takes', { bodyLimit: 100 }, async ({ body }) => body);
}

test('an error in a route is logged, and its message is not sent to the client', async (t) => {
  const { app, log } = await start(t, { addRoutes });
  const { statusCode, body } = await app.inject('/test-fails');
  assert.equal(statusCode, 500);
  assert.doesNotMatch(body, /secret/);
  const { level, err } = await log.has(/^A route failed\.$/);
  assert.equal(level, 50);
  assert.match(JSON.stringify(err), /"message":"secret".*errors\.test/);
});

test('a client gets the message of its own mistake, which is not logged as an error', async (t) => {
  const { app, log } = await start(t, { addRoutes });
  const { statusCode, body } = await app.inject('/test-refuses');
  assert.equal(statusCode, 425);
  assert.match(body, /That is too early\./);
  assert.ok(log.lines.every(({ level }) => level < 50));
});

test('a body is refused with 413, unless the route sets bodyLimit', async (t) => {
  const { app, url, ca } = await start(t, { addRoutes });
  const payload = { some: 'body' };
  assert.deepEqual(
    (await app.inject({ method: 'POST', url: '/test-takes', payload })).json(),
    payload,
  );
  const tooLarge = { text: 'x'.repeat(200) };
  const large = await app.inject({ method: 'POST', url: '/test-takes', payload: tooLarge });
  assert.equal(large.statusCode, 413);
  // Over the network: unfinished bodies must also be answered.
  const unfinished = [{ 'content-length': '1000000' }, { 'transfer-encoding': 'chunked' }];
  for (const method of ['POST', 'GET']) {
    for (const headers of unfinished) {
      const call = request(`${url}/test-echo`, { method, ca, headers }).on('error', () => {});
      call.flushHeaders();
      const [{ statusCode }] = await once(call, 'response');
      assert.equal(statusCode, 413, `${method} ${JSON.stringify(headers)}`);
      call.destroy();
    }
  }
});

test('requests from one network are limited, but health checks are not', async (t) => {
  const config = { rateLimit: { max: 1, timeWindow: '1 minute' } };
  const own = (instance: FastifyInstance) =>
    void instance.get('/test-own', { config }, async () => 'fine');
  const { app } = await start(t, { addRoutes: own });
  assert.equal((await app.inject('/test-own')).statusCode, 200);
  assert.equal((await app.inject('/test-own')).statusCode, 429);
  for (let i = 0; i < 600; i++) await app.inject('/nowhere');
  assert.equal((await app.inject('/nowhere')).statusCode, 429);
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  const other = await app.inject({ url: '/nowhere', remoteAddress: '192.0.2.1' });
  assert.equal(other.statusCode, 404);
});
