import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { bin, cli, runProgram } from '../support/cli.js';
import { echo } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { room } from '../support/room.js';
import { serveWith } from '../support/secure-server.js';
import type { Terminal } from '../support/terminal.js';

const { sandbox, at, open } = room();
const ca = (name: string): string => join(sandbox().caRoot, name);

const xdg = (): string => join(sandbox().home, '.local/share/pki/nssdb');

/** Issues with a PATH that has no mkcert. */
async function issueWithoutMkcert(...args: string[]): Promise<void> {
  const folder = join(sandbox().home, 'bin');
  mkdirSync(folder, { recursive: true });
  const { code, stderr } = await cli(['certs', ...args], {
    cwd: at(),
    env: { ...sandbox().env, PATH: folder },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** The old database of Chromium, which mkcert knows and which Chromium reads where it is there. */
function makeOldDatabase(): void {
  const folder = join(sandbox().home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
}

/** What a new Chromium of the sandbox makes of a page, and of a socket from it. */
async function browse(port: number): Promise<string> {
  const browser = await openBrowser(sandbox());
  try {
    const page = await browser.newPage();
    await page.goto(`https://localhost:${port}/`);
    return await page.evaluate(
      (url) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(url);
          socket.addEventListener('open', () => socket.send('hello'));
          socket.addEventListener('message', (event) => resolve(`echo ${String(event.data)}`));
          socket.addEventListener('error', () => resolve('error'));
        }),
      `wss://localhost:${port}/`,
    );
  } catch (error) {
    return /net::\w+/.exec(String(error))?.[0] ?? String(error);
  } finally {
    await browser.close();
  }
}

async function curl(port: number, ...args: string[]): Promise<number | undefined> {
  const command = ['curl', '-sS', '-o', '/dev/null', ...args, `https://localhost:${port}/`];
  return (await runProgram(command, { cwd: at(), env: sandbox().env, limitMs: 20_000 })).code;
}

describeWith(
  ['mkcert', 'certutil', 'chromium', 'curl'],
  'a CA that was made without mkcert',
  () => {
    it('is adopted by mkcert -install, and Chromium accepts what was issued before', async () => {
      await issueWithoutMkcert();
      makeOldDatabase();
      const [root, leaf] = [readFileSync(ca('rootCA.pem')), readFileSync(at('certs/cert.pem'))];
      const server = await serveWith(at());
      try {
        expect(await browse(server.port)).toBe('net::ERR_CERT_AUTHORITY_INVALID');
        const { status, stderr } = spawnSync('mkcert', ['-install'], {
          env: sandbox().env,
          encoding: 'utf8',
        });
        expect(status).toBe(0);
        expect(stderr).not.toContain('Created a new local CA');
        expect(stderr).toContain(
          'is now installed in the Firefox and/or Chrome/Chromium trust store',
        );
        expect(readFileSync(ca('rootCA.pem'))).toEqual(root);
        expect(readFileSync(at('certs/cert.pem'))).toEqual(leaf);
        expect(await browse(server.port)).toBe('echo hello');
      } finally {
        await server.close();
      }
    });

    it('signs for curl and Node as for Chromium, and for mkcert itself', async () => {
      await issueWithoutMkcert('localhost', '127.0.0.1', '::1', '--days', '30');
      const server = await serveWith(at());
      try {
        expect(await curl(server.port)).toBe(60);
        expect(await curl(server.port, '--cacert', ca('rootCA.pem'))).toBe(0);
        const trust = { ca: readFileSync(ca('rootCA.pem'), 'utf8') };
        expect(await echo(`wss://localhost:${server.port}/`, 'hello', trust)).toBe('hello');
      } finally {
        await server.close();
      }
      execFileSync(
        'mkcert',
        ['-cert-file', at('by-mkcert.pem'), '-key-file', at('k.pem'), 'a.test'],
        {
          env: sandbox().env,
          stdio: 'pipe',
        },
      );
      const verify = ['verify', '-x509_strict', '-CAfile', ca('rootCA.pem'), at('by-mkcert.pem')];
      expect(execFileSync('openssl', verify, { encoding: 'utf8' })).toContain('OK');
    });
  },
);

describeWith(['mkcert', 'certutil', 'chromium', 'tmux'], 'certs at a terminal', () => {
  const question = 'Run mkcert -install?';
  const ask = (): Promise<Terminal> => open({ command: [process.execPath, bin, 'certs'] });

  it('asks before it changes what is trusted, and Enter says no', async () => {
    const terminal = await ask();
    expect(await terminal.waitFor(question)).toContain('✗ Chromium');
    expect(existsSync(at('certs/cert.pem'))).toBe(true);
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain('create-fastify-wss@0.1.0 certs --install');
    expect(existsSync(xdg())).toBe(false);
  });

  it('closes what mkcert leaves where the answer is yes', async () => {
    const terminal = await ask();
    await terminal.waitFor(question);
    await terminal.type('y');
    expect(await terminal.ended()).toBe(0);
    const screen = await terminal.screen();
    expect(screen).toContain('✓ Chromium');
    expect(screen).toMatch(/To take it back:\s+mkcert -uninstall\s+certutil -D/);
  });

  it('asks nothing where everything trusts the CA already', async () => {
    expect((await cli(['certs', '--install'], { cwd: at(), env: sandbox().env })).code).toBe(0);
    const terminal = await ask();
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain('✓ Chromium');
    expect(await terminal.screen()).not.toContain(question);
  });

  it('keeps the certificate when its user leaves at the question', async () => {
    const terminal = await ask();
    await terminal.waitFor(question);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(await terminal.screen()).toContain('Cancelled. The certificate is kept.');
    expect(existsSync(at('certs/key.pem'))).toBe(true);
  });
});
