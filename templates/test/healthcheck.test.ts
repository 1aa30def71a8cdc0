import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeCertificate } from './certificate.js';
import { next, start, writeFiles } from './helper.js';

const project = join(import.meta.dirname, '..');
const program = join(project, 'src', `healthcheck${extname(import.meta.filename)}`);

/** Runs the check as Docker does, against a service that shows `cert`, and gives its exit code. */
async function check(t: TestContext, url: string, { cert = '', ...env }: Record<string, string>) {
  const files = writeFiles(t, { cert });
  const { hostname: HOST, port: PORT } = new URL(url);
  const child = spawn(process.execPath, [...process.execArgv, program], {
    cwd: project,
    env: { ...process.env, HOST, PORT, CERT_KEY: files('cert'), ...env },
    stdio: 'ignore',
  });
  const [code] = await next(child, 'exit');
  return code;
}

test('the health check trusts the certificate of the service, by file', async (t) => {
  const { url, ca: cert } = await start(t);
  assert.equal(await check(t, url, { cert }), 0);
  assert.equal(await check(t, url, { cert, HOST: '0.0.0.0' }), 0);
});

test('the health check trusts no other certificate', async (t) => {
  const { url } = await start(t);
  assert.equal(await check(t, url, makeCertificate()), 1);
});

test('the health check speaks plain HTTP where HTTPS is false', async (t) => {
  const { url } = await start(t, { env: { HTTPS: 'false' } });
  assert.equal(await check(t, url, { HTTPS: 'false' }), 0);
  assert.equal(await check(t, url, { HTTPS: 'true', ...makeCertificate() }), 1);
});

test('the health check fails where nothing listens, and where the answer is not 200', async (t) => {
  const { app, url } = await start(t, {
    env: { HTTPS: 'false' },
    addRoutes: (service) =>
      service.addHook('onRequest', async (_request, reply) => reply.code(503).send()),
  });
  assert.equal(await check(t, url, { HTTPS: 'false' }), 1);
  await app.close();
  assert.equal(await check(t, url, { HTTPS: 'false' }), 1);
});
