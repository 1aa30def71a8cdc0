import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { next, start } from './helper.js';

const project = join(import.meta.dirname, '..');
const program = join(project, 'src', `healthcheck${extname(import.meta.filename)}`);

/** Runs the check as Docker does, and gives its exit code. */
async function check(url: string, env: Record<string, string> = {}) {
  const { hostname: HOST, port: PORT } = new URL(url);
  const child = spawn(process.execPath, [...process.execArgv, program], {
    cwd: project,
    env: { ...process.env, HTTPS: 'true', HOST, PORT, ...env },
    stdio: 'ignore',
  });
  const [code] = await next(child, 'exit');
  return code;
}

test('the health check asks over TLS, whatever the certificate names', async (t) => {
  const { url } = await start(t);
  assert.equal(await check(url), 0);
  assert.equal(await check(url, { HOST: '0.0.0.0' }), 0);
});

test('the health check speaks plain HTTP where HTTPS is false', async (t) => {
  const { url } = await start(t, { env: { HTTPS: 'false' } });
  assert.equal(await check(url, { HTTPS: 'false' }), 0);
  assert.equal(await check(url, { HTTPS: 'true' }), 1);
});

test('the health check fails where nothing listens, and where the answer is not 200', async (t) => {
  const { app, url } = await start(t, {
    env: { HTTPS: 'false' },
    addRoutes: (service) =>
      service.addHook('onRequest', async (_request, reply) => reply.code(503).send()),
  });
  assert.equal(await check(url, { HTTPS: 'false' }), 1);
  await app.close();
  assert.equal(await check(url, { HTTPS: 'false' }), 1);
});
