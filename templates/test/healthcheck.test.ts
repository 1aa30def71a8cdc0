import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { extension, outcome, project, start, startProgram } from './helper.js';

/** Runs the check as Docker does, and returns its exit code. */
async function check(t: TestContext, url: string, env: Record<string, string> = {}) {
  const { hostname: HOST, port: PORT } = new URL(url);
  const program = join(project, 'src', `healthcheck${extension}`);
  const { code } = await outcome(startProgram(t, program, { env: { HOST, PORT, ...env } }));
  return code;
}

test('the health check works over TLS with any names on the certificate', async (t) => {
  const { url } = await start(t);
  assert.equal(await check(t, url), 0);
  assert.equal(await check(t, url, { HOST: '0.0.0.0' }), 0);
});

test('the health check uses plain HTTP if HTTPS is false', async (t) => {
  const { url } = await start(t, { env: { HTTPS: 'false' } });
  assert.equal(await check(t, url, { HTTPS: 'false' }), 0);
  assert.equal(await check(t, url, { HTTPS: 'true' }), 1);
});

test('the health check fails if nothing listens or the answer is not 200', async (t) => {
  const { app, url } = await start(t, {
    env: { HTTPS: 'false' },
    addRoutes: (service) =>
      service.addHook('onRequest', async (_request, reply) => reply.code(503).send()),
  });
  assert.equal(await check(t, url, { HTTPS: 'false' }), 1);
  await app.close();
  assert.equal(await check(t, url, { HTTPS: 'false' }), 1);
});
