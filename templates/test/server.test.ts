import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { extname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeCertificate } from './certificate.js';
import { next, start, writeFiles } from './helper.js';

const project = join(import.meta.dirname, '..');
const server = join(project, 'src', `server${extname(import.meta.filename)}`);

/** Starts the service as `npm run dev` does, in a process of its own. */
function run(t: TestContext, env: Record<string, string>) {
  const files = writeFiles(t, { ...makeCertificate() });
  const settings = { PRIV_KEY: files('key'), CERT_KEY: files('cert'), CA_CERT: '', DOMAINS: '' };
  const child = spawn(process.execPath, [...process.execArgv, server], {
    cwd: project,
    env: { ...process.env, LOG_LEVEL: 'info', HOST: '127.0.0.1', PORT: '0', ...settings, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Waits until it listens, and gives the port. */
async function portWhenReady(child: ReturnType<typeof run>): Promise<number> {
  for (;;) {
    const [lines] = await next(child.stdout, 'data');
    const port = /127\.0\.0\.1:(\d+)/.exec(String(lines))?.[1];
    if (port !== undefined) return Number(port);
  }
}

/** Waits until it has ended, and gives its exit code and what it said of mistakes. */
async function outcome(child: ReturnType<typeof run>) {
  const [[line], [code]] = await Promise.all([next(child.stderr, 'data'), next(child, 'exit')]);
  return { line: String(line), code };
}

test('a mistaken setting ends the start with one line and exit code 1', async (t) => {
  const { line, code } = await outcome(run(t, { HTTPS: 'maybe' }));
  assert.equal(line, 'HTTPS is "maybe", but must be true or false.\n');
  assert.equal(code, 1);
});

for (const host of ['127.0.0.1', 'localhost']) {
  test(`a port of ${host} that is taken ends the start with one line and exit code 1`, async (t) => {
    const { port: PORT } = new URL((await start(t)).url);
    const { line, code } = await outcome(run(t, { PORT, HOST: host }));
    assert.match(line, /^Port \d+ is taken\. .*\n$/);
    assert.equal(code, 1);
  });
}

// Windows has no SIGTERM that a process could answer.
const skip = process.platform === 'win32';

test('SIGTERM ends it with exit code 0, whoever is connected', { skip }, async (t) => {
  const child = run(t, { SHUTDOWN_MS: '100' });
  const silent = connect(await portWhenReady(child), '127.0.0.1');
  t.after(() => silent.destroy());
  await next(silent, 'connect');
  child.kill('SIGTERM');
  assert.deepEqual(await next(child, 'exit'), [0, null]);
});
