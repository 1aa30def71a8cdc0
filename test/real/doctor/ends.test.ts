import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { serve } from '../../scenarios/tls.js';
import { secureEcho } from '../../scenarios/echo.js';
import { bin, runProgram, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { make, serverUsage } from '../../support/pki.js';

const limitMs = 30_000;

/** Makes a function of Node.js that doctor calls throw: in its own code, and in an event of a socket. */
const breaks = {
  'a promise':
    "import tls from 'node:tls'; tls.TLSSocket.prototype.getProtocol = () => { throw new Error('broken'); };",
  'an event':
    "import net from 'node:net'; const { connect } = net; let calls = 0; net.connect = (...all) => { const socket = connect(...all); socket.once('close', () => undefined); socket.once('connect', () => { calls += 1; if (calls > 1) throw new Error('broken'); }); return socket; }; import { syncBuiltinESMExports } from 'node:module'; syncBuiltinESMExports();",
};

const place: { scene?: Scene } = {};

function here(): Scene {
  if (place.scene === undefined) {
    throw new Error('There is no scene.');
  }
  return place.scene;
}

async function doctor(words: string[], preload: string[] = [], cwd?: string): Promise<Ended> {
  const { env, folder } = here().sandbox;
  const command = [process.execPath, ...preload, bin, 'doctor', ...words];
  return runProgram(command, { cwd: cwd ?? folder, env, limitMs });
}

describeWith(['certutil'], 'doctor ends', () => {
  beforeAll(async () => {
    place.scene = await openScene();
  });
  afterEach(() => here().end());
  afterAll(() => here().sandbox.remove());

  it.each(Object.entries(breaks))('after an unexpected error in %s', async (_where, script) => {
    const { args } = await serve(here(), here().leaf);
    const preload = [`--import=${pathToFileURL(here().file('break.mjs', script)).href}`];
    const { code, stdout } = await doctor([...args, '--json'], preload);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'unexpected', message: 'broken' });
  });

  it.each(['', 'CN=\u202E\u009B31m,O=A\u2028B'])(
    'with a certificate whose subject is "%s"',
    async (name) => {
      const leaf = await make({
        name,
        hosts: ['localhost'],
        by: here().ca,
        usage: serverUsage,
        hasCriticalNames: name === '',
      });
      const { args } = await serve(here(), leaf);
      const { code, stdout } = await doctor([...args, '--json']);
      expect(code, stdout).toBe(0);
      expect(stdout).not.toMatch(/[\u202E\u009B\u2028]/);
    },
  );

  it('with an issuer without a name', async () => {
    const by = await make({ name: '', isCa: true });
    const { args } = await serve(here(), await make({ name: '', hosts: ['localhost'], by }));
    const { code, stdout } = await doctor([...args, '--json']);
    expect(code, stdout).toBe(1);
  });

  it('and shortens a list of 3,000 names', async () => {
    const hosts = Array.from({ length: 3000 }, (_, at) => `a${at}.test`);
    const leaf = await make({ name: 'CN=many', hosts, by: here().ca, usage: serverUsage });
    const { args } = await serve(here(), leaf);
    const { code, stdout } = await doctor(args);
    expect(code).toBe(1);
    expect(stdout).toContain('and 2994 more');
    expect(stdout.length).toBeLessThan(5000);
  });

  it('in a folder with a huge record', async () => {
    const path = here().file('huge/.create-fastify-wss.json', '{}');
    truncateSync(path, 300 * 1024 * 1024);
    const { code } = await doctor(['--timeout', '1'], [], join(path, '..'));
    expect(code).toBe(1);
  });

  it('and prints no secret of a URL', async () => {
    const secret = 'Zx9-s3cret';
    const server = secureEcho({ key: here().leaf.key, cert: here().leaf.cert });
    const port = await here().listen(server);
    const hidden = [
      [`wss://me:${secret}@localhost:${port}/live?token=${secret}`],
      [`ws://localhost:${port}/live?token=${secret}`],
      [`wss://localhost:1/live?token=${secret}`, '--page', `http://localhost:1/?jwt=${secret}`],
      [`localhost:${port}/?token=${secret}`],
      [`wss://localhost:${port}/#${secret}`],
      [`wss://localhost:${port}/`, `token=${secret}`],
      [`wss://localhost:${port}/?token=${secret}`, '--unknown'],
    ];
    for (const words of hidden.flatMap((each) => [
      each,
      [...each, '--json'],
      [...each, '--verbose'],
    ])) {
      const { stdout, stderr } = await doctor(words);
      expect(stdout + stderr, words.join(' ')).not.toContain(secret);
    }
  });
});
