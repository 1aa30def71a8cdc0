import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseEnv } from 'node:util';
import { ask, extension, project, start, writeFiles } from './helper.js';
import { bearer } from './tokens.js';

const example = readFileSync(join(project, '.env.example'), 'utf8');

/** Runs `npm run token` in a folder with these files. */
function run(t: TestContext, files: Record<string, string>, env: Record<string, string> = {}) {
  const at = writeFiles(t, files);
  const loader = extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
  const program = join(project, 'scripts', `token${extension}`);
  const again = () =>
    spawnSync(process.execPath, [...loader, program, 'grace'], {
      cwd: at('.'),
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
  return { at, again, ...again() };
}

test('the script prints a token for the secret that it writes into .env', async (t) => {
  const { at, stdout, stderr, again } = run(t, { '.env.example': example });
  assert.match(stderr, /^Secret for development created in \.env\./);
  const {
    AUTH_SECRETS = '',
    AUTH_ISSUER = '',
    AUTH_AUDIENCE = '',
  } = parseEnv(readFileSync(at('.env'), 'utf8'));
  assert.match(AUTH_SECRETS, /^[\w-]{43}$/);
  if (process.platform !== 'win32') assert.equal(statSync(at('.env')).mode & 0o777, 0o600);
  const { connect } = await start(t, { env: { AUTH_SECRETS, AUTH_ISSUER, AUTH_AUDIENCE } });
  for (const token of [stdout.trim(), again().stdout.trim()]) {
    const socket = await connect('/test-echo', { headers: bearer(token) });
    assert.equal(await ask(socket, 'hello'), 'hello');
  }
});

test('the rest of .env is kept', (t) => {
  const { at } = run(t, { '.env': 'PORT=4000\n' });
  assert.match(readFileSync(at('.env'), 'utf8'), /^PORT=4000\n\nAUTH_SECRETS=[\w-]{43}\n$/);
});

test('with an identity provider, there are no tokens of our own', (t) => {
  const line = 'AUTH_JWKS_URL=https://login.example/keys\n';
  const { at, status, stderr, stdout } = run(t, { '.env': line });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /identity provider/);
  assert.equal(readFileSync(at('.env'), 'utf8'), line);
});

test('a value in the environment that hides .env is named', (t) => {
  const { status, stderr, stdout } = run(t, { '.env': '' }, { AUTH_SECRETS: '' });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /remove AUTH_SECRETS/);
});
