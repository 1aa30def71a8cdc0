import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../../src/io/programs.js';
import { issue } from '../../support/authority.js';
import { cli, type Ended } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { sandbox, type Environment } from '../../support/sandbox.js';
import { pathOf } from '../../support/stores.js';
import { treeOf } from '../../support/tree.js';

const place = sandbox();
afterAll(() => place.remove());

const common = ['app', '--yes', '--language', 'js', '--no-git', '--overwrite', '--verify'];

function run(flags: string[], env: Environment = {}): Promise<Ended> {
  return cli([...common, ...flags], { cwd: place.folder, env: { ...place.env, ...env } });
}

/** The result of the verification, as a program reads it. */
async function verification(flags: string[], env: Environment = {}) {
  const { code, stdout, stderr } = await run([...flags, '--json'], env);
  const { ok, steps, error } = JSON.parse(stdout);
  return { code, stderr, ok, error, step: steps.at(-1) };
}

const title = 'Verifying wss:// on a free port';
const proxied = ['--cert-source', 'proxy', '--domain', 'chat.example.com', '--reverse-proxy'];

describeWith(['mkcert', 'caddy', 'nginx'], 'a run that verifies', () => {
  beforeAll(async () => {
    await cli(common.slice(0, -1), { cwd: place.folder, env: place.env });
  });

  it('prints what it checked', async () => {
    const { code, stdout } = await run([]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "✓ wss:// verified on a free port: an echo, a certificate for localhost verified with mkcert's CA, 403 for a foreign origin",
    );
  });

  it.each([
    [
      'behind Caddy',
      [...proxied, 'caddy'],
      "a certificate for localhost verified with mkcert's CA, ",
    ],
    [
      'behind nginx',
      [...proxied, 'nginx'],
      "a certificate for localhost verified with mkcert's CA, ",
    ],
    ['without HTTPS', ['--no-https'], ''],
    [
      'on every address',
      ['--host', '0.0.0.0'],
      "a certificate for localhost verified with mkcert's CA, ",
    ],
    [
      'under another name',
      ['--hosts', 'chat.test', '--origins', 'https://chat.test'],
      "a certificate for chat.test verified with mkcert's CA, ",
    ],
  ])('sees an echo and a refusal %s, and leaves no files', async (_way, flags, certificate) => {
    const before = readdirSync(tmpdir()).filter((name) => name.includes('-proxy-'));
    const { code, ok, step } = await verification(flags);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(step).toMatchObject({
      status: 'done',
      advice: `an echo, ${certificate}403 for a foreign origin`,
    });
    const files = Object.keys(treeOf(place.folder)).filter((path) => !/node_modules/.test(path));
    expect(
      files.filter((path) => /\.pid$|nginx-temp|staging|create-fastify-wss-/.test(path)),
    ).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.includes('-proxy-'))).toEqual(before);
  });

  it('sees the same with a certificate that was created without mkcert', async () => {
    const PATH = pathOf(place, ['node', 'npm', 'sh', 'env']);
    const { code, step } = await verification([], { PATH, CAROOT: join(place.home, 'bare') });
    expect(code).toBe(0);
    expect(step.advice).toContain("certificate for localhost verified with mkcert's CA");
    expect(readdirSync(join(place.home, 'bare')).toSorted()).toEqual([
      'rootCA-key.pem',
      'rootCA.pem',
    ]);
  });

  it('names the stage that fails, and keeps the project', async () => {
    const { keyFile, certFile } = issue(place);
    const files = ['--cert-source', 'files', '--key-file', keyFile, '--cert-file', certFile];
    const elsewhere = ['--origins', 'https://chat.example.com'];
    const origin = 'https://localhost:3000';
    const nowhere = { CAROOT: join(place.folder, 'no-ca') };
    const breaking = join(place.home, 'breaking.mjs');
    writeFileSync(
      breaking,
      "if (process.argv[1]?.endsWith('server.js')) { process.exit = () => {}; process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); }",
    );
    const cases: [string, string[], Environment, string][] = [
      ['start', [], { MAX_CONNECTIONS: 'many' }, 'MAX_CONNECTIONS (from the environment'],
      ['certificate', [...files, ...elsewhere, '--host', '127.0.0.2'], {}, 'it covers none of'],
      ['connect', files, nowhere, 'unable to'],
      ['echo', [], { DOMAINS: 'https://other.example' }, 'answered with 403, not with 101'],
      [
        'origin',
        [],
        { DOMAINS: `${origin},https://foreign.invalid` },
        'answered with 101, not with 403',
      ],
      [
        'stop',
        [],
        { NODE_OPTIONS: `--import=${breaking}` },
        'the service did not end after SIGTERM.',
      ],
    ];
    for (const [stage, flags, env, reason] of cases) {
      const { step, error, ok } = await verification(flags, env);
      expect({ stage, ok, status: step.status }).toEqual({ stage, ok: false, status: 'failed' });
      expect(step.advice).toContain(`Stage "${stage}": `);
      expect(step.advice).toContain(reason);
      expect(error).toMatchObject({ code: 'step-failed', stage: 'steps', details: [step.advice] });
    }
    const { code, stderr, stdout } = await run([], { DOMAINS: 'https://other.example' });
    expect(code).toBe(1);
    expect(stderr).toContain(`! ${title} failed.\n  Stage "echo": the handshake was answered`);
    expect(stderr).toContain('is not listed in DOMAINS');
    expect(stderr).toContain('This environment overrides .env: DOMAINS.');
    expect(stdout).toContain('npm run dev');
  });

  it('needs the reverse proxy', async () => {
    const path = join(place.home, 'bin');
    mkdirSync(path);
    for (const name of ['node', 'npm', 'sh', 'mkcert']) {
      symlinkSync(findProgram(name) ?? name, join(path, name));
    }
    const { step, code } = await verification([...proxied, 'caddy'], { PATH: path });
    expect(code).toBe(1);
    expect(step.advice).toBe('Stage "proxy": caddy is not installed.');
  });

  it('needs installed dependencies', async () => {
    const { code, stderr } = await run(['--no-install']);
    expect(code).toBe(2);
    expect(stderr).toContain('--verify needs --install, not --no-install.');
  });
});
