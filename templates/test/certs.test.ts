import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { issue } from '../scripts/issue.js';
import { readSettings } from '../src/settings.js';
import { makeCertificate } from './certificate.js';
import { writeFiles } from './helper.js';
import { runScript } from './program.js';

const hosts = ['localhost', '127.0.0.1', '::1'];
const authority = { name: 'mkcert development CA', use: 'signing' as const };

// Programs that npm run certs calls. Each writes down what it was given.
const mkcert = `
import { copyFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
const words = process.argv.slice(2);
const fileOf = (flag) => words[words.indexOf(flag) + 1];
const [key, cert] = [fileOf('-key-file'), fileOf('-cert-file')];
const modes = [key, cert].map((path) => statSync(dirname(path)).mode & 0o777);
writeFileSync('given.json', JSON.stringify({ words, modes }));
copyFileSync('made/cert', cert);
if (process.env.CTRL_C) for (const pid of [process.ppid, process.pid]) process.kill(pid, 'SIGINT');
if (process.env.REFUSAL) {
  console.error(process.env.REFUSAL);
  process.exit(1);
}
copyFileSync('made/key', key);
`;
const npx = `
import { writeFileSync } from 'node:fs';
writeFileSync('given.json', JSON.stringify({ words: process.argv.slice(2) }));
console.log('npx speaks');
process.exit(Number(process.env.EXIT_CODE ?? 0));
`;

/** A project's folder, and beside it the one folder in which programs are found. */
function prepare(t: TestContext, programs: Record<string, string>) {
  const at = writeFiles(t, { '.env': '' });
  for (const folder of ['bin', 'certs', 'made']) mkdirSync(at(folder));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(at(`bin/${name}.mjs`), text);
    const lines = ['#!/bin/sh', `exec '${process.execPath}' "$0.mjs" "$@"`, ''];
    writeFileSync(at(`bin/${name}`), lines.join('\n'), { mode: 0o755 });
  }
  const run = (env: Record<string, string> = {}, args = hosts) =>
    runScript(t, 'certs', {
      args,
      cwd: at('.'),
      env: { PATH: at('bin'), CAROOT: at('ca'), ...env },
    });
  return { at, run, given: () => JSON.parse(readFileSync(at('given.json'), 'utf8')) };
}

type Project = ReturnType<typeof prepare>;

/** Puts a pair there that mkcert has made; its key is open to everybody. */
function putPair({ at }: Project, days: number) {
  const issuer = { ...authority, ...makeCertificate(authority) };
  const { key, cert } = makeCertificate({ issuer, days });
  writeFileSync(at('certs/key.pem'), key, { mode: 0o644 });
  chmodSync(at('certs/key.pem'), 0o644);
  writeFileSync(at('certs/cert.pem'), cert);
  return { key, cert, issuer };
}

/** Gives mkcert a pair to hand out. */
function stock({ at }: Project) {
  const pair = makeCertificate();
  writeFileSync(at('made/key'), pair.key, { mode: 0o644 });
  writeFileSync(at('made/cert'), pair.cert);
  return pair;
}

function pairIn({ at }: Project) {
  const names = readdirSync(at('certs')).toSorted();
  return {
    names,
    ...Object.fromEntries(names.map((name) => [name, textOf(join(at('certs'), name))])),
  };
}

const textOf = (path: string) => readFileSync(path, 'utf8');
const wholePair = ({ key, cert }: Record<'key' | 'cert', string>) => ({
  names: ['cert.pem', 'key.pem'],
  'cert.pem': cert,
  'key.pem': key,
});

// Windows does not take these programs, which are written for sh.
const skip = process.platform === 'win32';

describe('npm run certs', { skip }, () => {
  test('has mkcert work where nobody else looks, and leaves the key to its owner', async (t) => {
    const project = prepare(t, { mkcert });
    putPair(project, -1);
    const made = stock(project);
    const { code, stdout, stderr } = await project.run();
    assert.equal(code, 0, stderr);
    const { words, modes } = project.given();
    assert.deepEqual(modes, [0o700, 0o700]);
    assert.deepEqual([words[0], ...words.slice(-3)], ['-ecdsa', ...hosts]);
    assert.deepEqual(pairIn(project), wholePair(made));
    assert.equal(statSync(project.at('certs/key.pem')).mode & 0o777, 0o600);
    assert.match(
      stdout,
      /: npx create-fastify-wss@latest certs\n.*: npx create-fastify-wss@latest certs --install\n$/,
    );
  });

  test('leaves the old pair alone where mkcert refuses, or Ctrl-C ends it', async (t) => {
    const project = prepare(t, { mkcert, npx });
    const old = putPair(project, -1);
    stock(project);
    const cases: { env: Record<string, string>; line: string }[] = [
      { env: { REFUSAL: 'I will not.' }, line: 'mkcert failed: I will not.\n' },
      { env: { CTRL_C: 'yes' }, line: 'mkcert failed: SIGINT\n' },
    ];
    for (const { env, line } of cases) {
      const { code, stderr } = await project.run(env);
      assert.deepEqual({ code, stderr }, { code: 1, stderr: line });
      assert.deepEqual(pairIn(project), wholePair(old));
    }
  });

  test('has the package that made the project do it where mkcert is missing', async (t) => {
    const project = prepare(t, { npx });
    writeFileSync(project.at('.create-fastify-wss.json'), '{ "version": "1.2.3-rc.1" }');
    const { code, stdout, stderr } = await project.run();
    const words = ['--yes', 'create-fastify-wss@1.2.3-rc.1', 'certs', ...hosts];
    assert.deepEqual(project.given(), { words });
    assert.match(stdout, /^mkcert is not installed, .*: npx --yes create-.* ::1\nnpx speaks\n$/);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  test('hands on what npx fails with, and names the way by mkcert', async (t) => {
    const project = prepare(t, { npx });
    writeFileSync(project.at('.create-fastify-wss.json'), '{ "version": "1.0.0 & calc" }');
    const failed = await project.run({ EXIT_CODE: '7' });
    assert.equal(project.given().words[1], 'create-fastify-wss@latest');
    const missing = await prepare(t, {}).run();
    assert.deepEqual([failed.code, missing.code], [7, 1]);
    for (const { stderr } of [failed, missing]) {
      assert.match(stderr, /code \d, .*\n {2}.*\n {2}mkcert -install\n {2}npm run certs\n$/);
    }
  });

  test('hands nothing to a program that is no host', () => {
    const message = /^"-install" is neither .*\n"a&b" is neither .*$/;
    const strange = ['localhost', '-install', 'a&b'];
    assert.throws(() => issue(readSettings({}), strange), { name: 'Mistakes', message });
  });

  test("takes a certificate of this machine's authority for good, and no other's", async (t) => {
    const project = prepare(t, { mkcert });
    const { issuer } = putPair(project, 1);
    mkdirSync(project.at('ca'));
    writeFileSync(project.at('ca/rootCA.pem'), issuer.cert);
    assert.match((await project.run()).stdout, /^certs\/cert\.pem is good for localhost/);
    writeFileSync(project.at('ca/rootCA.pem'), makeCertificate(authority).cert);
    const made = stock(project);
    assert.equal((await project.run()).code, 0);
    assert.deepEqual(pairIn(project), wholePair(made));
  });
});
