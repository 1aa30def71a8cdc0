import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeCertificate } from './certificate.js';
import {
  extension,
  next,
  outcome,
  portWhenReady,
  project,
  start,
  startProgram,
  until,
  writeFiles,
} from './helper.js';

const program = join(project, 'src', `server${extension}`);

/** Starts the service as `npm run dev` does, in its own process and folder. */
function run(t: TestContext, env: Record<string, string> = {}, file = '') {
  const at = writeFiles(t, { ...makeCertificate(), '.env': file });
  const settings = { PRIV_KEY: at('key'), CERT_KEY: at('cert'), HOST: '127.0.0.1', PORT: '0' };
  return startProgram(t, program, { cwd: at('.'), env: { ...settings, ...env } });
}

const mistakes: [string, env: Record<string, string>, file: string, line: RegExp][] = [
  [
    'an invalid setting',
    { HTTPS: 'maybe' },
    '',
    /^HTTPS \(from the environment\) is "maybe", but .*/,
  ],
  [
    'an invalid setting in .env',
    {},
    'SHUTDOWN_MS=soon',
    /^SHUTDOWN_MS \(from \.env\) is "soon", but .*/,
  ],
  [
    'a folder in place of the key',
    { PRIV_KEY: '.' },
    '',
    /cannot be read: it is not a regular PEM file\. .*/,
  ],
  ['a start from another folder', { PRIV_KEY: '' }, '', /Start the service in its own folder, .*/],
  [
    'the address of another machine',
    { HOST: '192.0.2.1' },
    '',
    /^The service cannot listen on HOST .*/,
  ],
];

for (const [what, env, file, line] of mistakes) {
  test(`${what} ends the start with one line and exit code 1`, async (t) => {
    const { code, stderr } = await outcome(run(t, env, file));
    assert.match(stderr, new RegExp(`${line.source}\\.\\n$`));
    assert.deepEqual({ code, lines: stderr.split('\n').length }, { code: 1, lines: 2 });
  });
}

test('a .env that cannot be read ends the start with one line and exit code 1', async (t) => {
  const at = writeFiles(t, {});
  mkdirSync(at('.env'));
  const { code, stderr } = await outcome(startProgram(t, program, { cwd: at('.') }));
  assert.match(stderr, /^\.env cannot be read by this user: .*\n$/);
  assert.equal(code, 1);
});

test('a port that is in use ends the start with one line and exit code 1', async (t) => {
  const { port } = await start(t);
  for (const HOST of ['127.0.0.1', 'localhost']) {
    const { code, stderr } = await outcome(run(t, { PORT: `${port}`, HOST }));
    assert.match(stderr, /^Port \d+ .*is in use\. .*\n$/);
    assert.equal(code, 1);
  }
});

// On Windows, a process cannot handle SIGTERM.
const skip = process.platform === 'win32';

test(
  'SIGTERM ends it with exit code 0, even with open connections and a closed log',
  { skip },
  async (t) => {
    const child = run(t, { HTTPS: 'false', SHUTDOWN_MS: '100' });
    const port = await portWhenReady(child);
    const silent = connect(port, '127.0.0.1');
    t.after(() => silent.destroy());
    await next(silent, 'connect');
    child.stdout.destroy();
    for (let i = 0; i < 3; i++) {
      assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    }
    child.kill('SIGTERM');
    assert.deepEqual(await next(child, 'exit'), [0, null]);
  },
);

test('while it drains after SIGTERM, a second signal ends it at once', { skip }, async (t) => {
  const child = run(t, { HTTPS: 'false', SHUTDOWN_MS: '600000', DRAIN_MS: '500000' });
  const port = await portWhenReady(child);
  child.kill('SIGTERM');
  const status = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
  await until(async () => (await status()) === 503);
  child.kill('SIGTERM');
  assert.deepEqual(await next(child, 'exit'), [1, null]);
});
