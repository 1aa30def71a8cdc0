import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { extname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { writeFiles } from './helper.js';

const extension = extname(import.meta.filename);
const script = join(import.meta.dirname, `../scripts/certs${extension}`);
const flags = extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
const version = '1.2.3-rc.1';
const renewal = `npx create-fastify-wss@${version} certs localhost "*.app.test" ::1`;

// Fake programs. They record their arguments, and only use commands that are built into sh.
const mkcert = `#!/bin/sh
echo "mkcert $*" > given
echo certificate > "$3"
[ -n "$CTRL_C" ] && kill -INT $PPID $$
[ -n "$REFUSAL" ] && echo "$REFUSAL" >&2 && exit 1
echo key > "$5"
`;
const npx = `#!/bin/sh
echo "npx $*" > given
exit \${EXIT_CODE:-0}
`;

interface Given {
  env?: Record<string, string>;
  hosts?: string[];
}

interface Ended {
  code: unknown;
  stdout: string;
  stderr: string;
}

/** A project without a certificate, and the only folder on PATH. */
function project(t: TestContext, programs: Record<string, string>, settings = '') {
  const record = JSON.stringify({ version });
  // A shell that expands the wildcard would replace it with the name of this file.
  const files = { '.env': settings, '.create-fastify-wss.json': record, 'x.app.test': '' };
  const at = writeFiles(t, files);
  fs.mkdirSync(at('bin'));
  for (const [name, text] of Object.entries(programs)) {
    fs.writeFileSync(at(`bin/${name}`), text, { mode: 0o755 });
  }
  const certs = ({ env = {}, hosts = ['localhost', '*.app.test', '::1'] }: Given = {}) => {
    const defined = { PATH: at('bin'), HOME: at('.'), ...env };
    const words = [...flags, script, ...hosts];
    const child = { cwd: at('.'), env: defined, timeout: 20_000 };
    return new Promise<Ended>((resolve) => {
      execFile(process.execPath, words, child, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, stdout, stderr });
      });
    });
  };
  const text = (name: string) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), 'utf8') : '');
  const mode = (name: string) => fs.statSync(at(name)).mode & 0o777;
  return { at, certs, text, mode, list: () => fs.readdirSync(at('certs')).toSorted() };
}

const isWindows = process.platform === 'win32';
// The fake programs need sh.
const needsSh = { skip: isWindows };

describe('npm run certs', () => {
  test('copies .env.example once, and says when no certificate is needed', async (t) => {
    const { at, certs, text, mode } = project(t, { mkcert });
    fs.rmSync(at('.env'));
    fs.writeFileSync(at('.env.example'), 'HTTPS=false\n');
    const copied = '.env created from .env.example\n';
    const line = 'No certificate is needed: HTTPS is off, and there is no reverse proxy.\n';
    assert.deepEqual(await certs(), { code: 0, stdout: copied + line, stderr: '' });
    // Extras may add to it.
    assert.match(text('.env'), /^HTTPS=false\n/);
    // Windows has no modes.
    if (!isWindows) assert.equal(mode('.env'), 0o600);
    fs.writeFileSync(at('.env'), 'HTTPS=true\n');
    assert.equal((await certs({ env: { HTTPS: 'false' } })).stdout, line);
    assert.equal(text('.env') + text('given'), 'HTTPS=true\n');
  });

  test('runs mkcert to create both files, also for a reverse proxy', needsSh, async (t) => {
    const { certs, text, mode, list } = project(t, { mkcert, npx }, 'HTTPS=false\n');
    const stdout = `certs/cert.pem created. To make browsers trust it, run: ${renewal} --install\n`;
    const ended = await certs({ env: { TRUST_PROXY: '127.0.0.1' } });
    assert.deepEqual(ended, { code: 0, stdout, stderr: '' });
    assert.match(
      text('given'),
      /^mkcert -ecdsa -cert-file .* -key-file .* localhost \*\.app\.test ::1\n$/,
    );
    assert.deepEqual(list(), ['.gitignore', 'cert.pem', 'key.pem']);
    assert.deepEqual([text('certs/cert.pem'), text('certs/key.pem')], ['certificate\n', 'key\n']);
    assert.equal(mode('certs/key.pem'), 0o600);
    assert.equal(text('certs/.gitignore'), '*\n!.gitignore\n');
  });

  test('leaves no files when mkcert fails or is stopped by Ctrl-C', needsSh, async (t) => {
    const { certs, list } = project(t, { mkcert, npx });
    const refused = await certs({ env: { REFUSAL: 'No.' } });
    assert.deepEqual(refused, { code: 1, stdout: '', stderr: 'mkcert failed: No.\n' });
    assert.equal((await certs({ env: { CTRL_C: 'yes' } })).stderr, 'mkcert failed: SIGINT\n');
    assert.deepEqual(list(), ['.gitignore']);
  });

  test('runs npx if mkcert is missing, and passes its exit code on', needsSh, async (t) => {
    const { at, certs, text } = project(t, { npx });
    const command = `npx --yes create-fastify-wss@${version} certs localhost *.app.test ::1\n`;
    const stdout = `mkcert is not installed. Running: ${renewal.replace('npx', 'npx --yes')}\n`;
    assert.deepEqual(await certs(), { code: 0, stdout, stderr: '' });
    assert.equal(text('given'), command);
    const { code, stderr } = await certs({ env: { EXIT_CODE: '7' } });
    assert.equal(code, 7);
    assert.match(stderr, /^npx failed\. Install mkcert \(https:\S+\), then run: npm run certs\n$/);
    fs.rmSync(at('.create-fastify-wss.json'));
    await certs();
    assert.match(text('given'), /^npx --yes create-fastify-wss@latest certs /);
  });

  test('keeps existing files with any content, and names the command that renews them', async (t) => {
    const { at, certs, text } = project(t, { mkcert, npx });
    fs.mkdirSync(at('certs'));
    fs.writeFileSync(at('certs/key.pem'), 'mine');
    const half = await certs();
    assert.equal(
      half.stderr,
      'Missing: certs/cert.pem. Restore it, or move the other file away.\n',
    );
    fs.writeFileSync(at('certs/cert.pem'), 'mine');
    const kept = 'certs/key.pem and certs/cert.pem already exist.';
    const stdout = `${kept} To renew or trust the certificate, run: ${renewal}\n`;
    assert.deepEqual(await certs(), { code: 0, stdout, stderr: '' });
    const own = await certs({ env: { PRIV_KEY: 'own.pem', CERT_KEY: 'certs/cert.pem' } });
    assert.match(own.stderr, /^Missing: own\.pem\. Restore it, or correct PRIV_KEY and CERT_KEY/);
    assert.deepEqual([half.code, own.code], [1, 1]);
    assert.equal(text('certs/key.pem') + text('certs/cert.pem') + text('given'), 'minemine');
  });

  test('only passes hosts to programs, and explains an invalid setting', async (t) => {
    const { certs, text } = project(t, { mkcert, npx });
    const wrong = ['-install', 'a&b', '$(b)', ''];
    const ended = await Promise.all(wrong.map((host) => certs({ hosts: ['localhost', host] })));
    const message = '"certs" in package.json needs host names or IP addresses, not';
    const expected = wrong.map((host) => ({
      code: 1,
      stdout: '',
      stderr: `${message} "${host}".\n`,
    }));
    assert.deepEqual([...ended, await certs({ hosts: [] })], [...expected, expected.at(-1)]);
    const { code, stderr } = await certs({ env: { PORT: 'none' } });
    assert.equal(code, 1);
    assert.match(stderr, /^.*PORT.*\n$/);
    assert.equal(text('given'), '');
  });
});
