import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin, cli, thisProgram, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { allMajors, nodeFolder, ownMajor } from '../../support/nodes.js';
import { room } from '../../support/room.js';
import type { Terminal } from '../../support/terminal.js';
import {
  chromiumSays,
  clientSays,
  curlCommand,
  nodeCommand,
  serveWith,
} from '../../support/trusting.js';

const { sandbox, at, open } = room();
const ca = (name: string): string => join(sandbox().caRoot, name);

const xdg = (): string => join(sandbox().home, '.local/share/pki/nssdb');

/** Issues a certificate without mkcert on PATH. */
async function issueWithoutMkcert(...args: string[]): Promise<void> {
  const folder = join(sandbox().home, 'bin');
  mkdirSync(folder, { recursive: true });
  const { code, stderr } = await cli(['certs', ...args], {
    cwd: at(),
    env: { ...sandbox().env, PATH: folder },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** The old database of Chromium, which mkcert knows and which Chromium reads if it exists. */
function makeOldDatabase(): void {
  const folder = join(sandbox().home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
}

describeWith(
  ['mkcert', 'certutil', 'chromium', 'curl'],
  'a CA that was created without mkcert',
  () => {
    it('is adopted by mkcert -install, and Chromium accepts earlier certificates', async () => {
      await issueWithoutMkcert();
      makeOldDatabase();
      const [root, leaf] = [readFileSync(ca('rootCA.pem')), readFileSync(at('certs/cert.pem'))];
      const server = await serveWith(at());
      try {
        expect(await chromiumSays(sandbox(), server)).toBe('ERR_CERT_AUTHORITY_INVALID');
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
        expect(await chromiumSays(sandbox(), server)).toBe('trusted');
      } finally {
        await server.stop();
      }
    });

    it('signs certificates for curl, Node and Chromium, and is used by mkcert itself', async () => {
      await issueWithoutMkcert('localhost', '127.0.0.1', '::1', '--days', '30');
      const server = await serveWith(at());
      try {
        const [curl, file] = [curlCommand(server), ca('rootCA.pem')];
        expect(await clientSays(sandbox(), curl)).toBe('60');
        expect(await clientSays(sandbox(), curl, { CURL_CA_BUNDLE: file })).toBe('trusted');
        const node = nodeCommand(ownMajor, server);
        expect(await clientSays(sandbox(), node)).toBe('0 UNABLE_TO_VERIFY_LEAF_SIGNATURE');
        expect(await clientSays(sandbox(), node, { NODE_EXTRA_CA_CERTS: file })).toBe('trusted');
      } finally {
        await server.stop();
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

describe('a certificate that is created without mkcert', () => {
  it.each(allMajors)('is the same on Node.js %i', async (major) => {
    const command = [join(nodeFolder(major), 'node'), bin, 'certs', 'app.test', '::1'];
    const env = { ...sandbox().env, PATH: join(sandbox().home, 'none') };
    const { code, stdout } = await runProgram(command, { cwd: at(), env });
    expect(code).toBe(0);
    expect(stdout).toContain(`✗ Node.js ${major}.`);
    const strict = ['verify', '-x509_strict', '-CAfile', ca('rootCA.pem'), at('certs/cert.pem')];
    expect(execFileSync('openssl', strict, { encoding: 'utf8' })).toContain('OK');
  });
});

describeWith(['mkcert', 'certutil', 'chromium', 'tmux'], 'certs at a terminal', () => {
  const question = "Trust mkcert's CA on this machine?";
  const ask = (): Promise<Terminal> => open({ command: [process.execPath, bin, 'certs'] });

  it('asks before it changes a trust store, and changes nothing if the answer is no', async () => {
    const terminal = await ask();
    expect(await terminal.waitFor(question)).toContain('✗ Chromium');
    expect(existsSync(at('certs/cert.pem'))).toBe(true);
    await terminal.press('n');
    expect(await terminal.ended()).toBe(0);
    const screen = await terminal.screen();
    expect(screen).toContain(`${thisProgram} certs --install`);
    expect(screen.match(/Which clients trust/g)).toHaveLength(1);
    expect(existsSync(xdg())).toBe(false);
  });

  it('fixes what mkcert does not, if the answer is yes, as Enter means', async () => {
    const terminal = await ask();
    await terminal.waitFor(question);
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const screen = await terminal.screen();
    expect(screen).toContain('✓ Chromium');
    expect(screen).toMatch(/To undo this:\s+mkcert -uninstall\s+certutil -D/);
  });

  it('does not ask if everything trusts the CA already', async () => {
    expect((await cli(['certs', '--install'], { cwd: at(), env: sandbox().env })).code).toBe(0);
    const terminal = await ask();
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain('✓ Chromium');
    expect(await terminal.screen()).not.toContain(question);
  });

  it('keeps the certificate when the user presses Ctrl-C at the question', async () => {
    const terminal = await ask();
    await terminal.waitFor(question);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(await terminal.screen()).toContain('Cancelled. The certificate is kept.');
    expect(existsSync(at('certs/key.pem'))).toBe(true);
  });
});
