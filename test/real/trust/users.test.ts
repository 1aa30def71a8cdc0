import { chmodSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { describeWith } from '../../support/needs.js';
import { pathOf } from '../../support/stores.js';
import { clientSays, curlCommand } from '../../support/trusting.js';
import { nobody, own, ownFolder, unprivileged } from '../../support/unprivileged.js';
import { reportOf, row, tools, trustRoom, words } from '../../support/trust-room.js';

const { place, at, run, serve, browser, expectSameMachine } = trustRoom();

describeWith(tools, 'an unprivileged user', () => {
  const programs = ['node', 'mkcert', 'certutil', 'chromium', 'tee', 'mkdir'];
  const everyStore = { TRUST_STORES: undefined };

  /** Without sudo on PATH, so that nothing on the machine can change. */
  async function runAsNobody(flags: string[]) {
    const asNobody = unprivileged(place.sandbox);
    const PATH = pathOf(place.sandbox, programs);
    const ended = await asNobody([...words, '--json', ...flags], { ...everyStore, PATH });
    return { ...ended, report: reportOf(ended.stdout) };
  }

  it("keeps the project if the system's list cannot be changed, and browsers trust the CA", async () => {
    own(place.sandbox.caRoot);
    const { code, stderr, report } = await runAsNobody(['--mkcert-install']);
    expect(code).toBe(1);
    expect(stderr).toContain('ERROR: failed to execute "tee"');
    const [step] = report.steps;
    expect(step).toMatchObject({ command: 'mkcert -install', status: 'failed' });
    expect(step?.advice).toContain('ERROR: failed to execute "tee"');
    expect(step?.advice).not.toContain('BEGIN CERTIFICATE');
    expect(row(report, 'system')).toMatchObject({ state: 'not-trusted', fix: ['mkcert -install'] });
    expect(row(report, 'chromium')).toMatchObject({ state: 'trusted' });
    // This copy of the bundle is not in a clone.
    expect(report.next).toContain(`npx create-fastify-wss@${manifest.version} certs --install`);
    expect(readdirSync(at('app'))).toContain('package.json');
    const served = await serve();
    expect(await clientSays(place.sandbox, curlCommand(served))).toMatch(/^60/);
    expect(await browser(served)).toBe('trusted');
  });

  it('gets the message that the folder of the CA is not writable', async () => {
    ownFolder(place.sandbox.caRoot, 0o555);
    const { code, report } = await runAsNobody(['--mkcert-install']);
    expect(code).toBe(1);
    expect(report.steps[0]).toMatchObject({ status: 'failed' });
    expect(report.steps[0]?.advice).toContain('permission denied');
    expect(report.trust).toEqual([]);
    expect(readdirSync(at('app'))).toContain('package.json');
    expect(report.next).toContain('mkcert -install');
  });

  it("trusts another user's CA if its certificate is enough", async () => {
    await run();
    const { caRoot } = place.sandbox;
    chmodSync(caRoot, 0o755);
    const mode = process.getuid?.() === 0 ? 0o400 : 0;
    chmodSync(join(caRoot, 'rootCA-key.pem'), mode);
    execFileSync('chown', [
      '-R',
      `${process.getuid?.() === 0 ? nobody : process.getuid?.()}`,
      at('app'),
    ]);
    const { code, report } = await runAsNobody(['--mkcert-install']);
    expect(code).toBe(1);
    expect(report.steps[0]?.advice).toContain('permission denied');
    expect(report.steps[1]).toMatchObject({ status: 'already' });
    expect(row(report, 'system').state).toBe('not-trusted');
    expect(row(report, 'chromium').state).toBe('trusted');
    const served = await serve();
    expect(await clientSays(place.sandbox, curlCommand(served))).toMatch(/^60/);
    expect(await browser(served)).toBe('trusted');
  });
});

expectSameMachine();
