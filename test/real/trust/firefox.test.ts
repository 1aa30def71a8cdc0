import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { caOf, issue } from '../../support/authority.js';
import { bin, runProgram } from '../../support/cli.js';
import { createProfile, firefoxSays, trustInFirefox, type Firefox } from '../../support/firefox.js';
import { canMount, mounting } from '../../support/mounts.js';
import { describeWith } from '../../support/needs.js';
import { sandbox, type Environment } from '../../support/sandbox.js';
import { addTo, certutil } from '../../support/stores.js';
import { chromiumSays } from '../../support/trusting.js';
import { reportOf, row, trustRoom, words, type Row } from '../../support/trust-room.js';

const { place, at, authority, name, run, serve, type, expectSameMachine } = trustRoom();
const tools = ['mkcert', 'certutil', 'firefox-esr'];
const refused = 'SEC_ERROR_UNKNOWN_ISSUER';
const why = canMount(place.sandbox.home) ? '' : ' (skipped: mounting is not permitted here)';

/** A profile that Firefox created, which each test copies. */
const fresh = sandbox();
const original = join(fresh.home, 'profile');

/** A copy of the profile in a folder of the sandbox's home. */
function profileAt(path = '.config/mozilla/firefox/a.default'): Firefox {
  const profile = join(place.sandbox.home, path);
  cpSync(original, profile, { recursive: true });
  return { sandbox: place.sandbox, profile };
}

/** The row of Firefox. */
async function rowOf(flags: string[] = [], more: Environment = {}): Promise<Row> {
  return row((await run(flags, more)).report, 'firefox');
}

/** A program that runs another one in a namespace with these folders over others. */
function mounted(mounts: [string, string][], command: string[]): string {
  const script = mounts.map(([from, to]) => `mount --bind '${from}' '${to}'`).join(' && ');
  const path = at(`mounted-${command[0]?.split('/').at(-1)}`);
  const line = quoteCommand([...mounting(script, at()), ...command]);
  writeFileSync(path, `#!/bin/sh\nexec ${line} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The row of a browser in such a namespace. */
async function mountedRow(mounts: [string, string][], store: string): Promise<Row> {
  const program = mounted(mounts, [process.execPath, bin, ...words, '--json']);
  const { stdout } = await runProgram([program], { cwd: at(), env: place.sandbox.env });
  return row(reportOf(stdout), store);
}

/** A folder with this policy. */
function policyFolder(path: string, policy: object): string {
  mkdirSync(join(at('policy'), path), { recursive: true });
  writeFileSync(join(at('policy'), path, 'policies.json'), JSON.stringify(policy));
  return at('policy');
}

describeWith(tools, 'a real Firefox', () => {
  beforeAll(() => createProfile({ sandbox: fresh, profile: original }));
  afterAll(() => fresh.remove());

  it('trusts the CA with the printed command', async () => {
    const firefox = profileAt();
    const before = await rowOf();
    const served = await serve();
    expect(before.state).toBe('not-trusted');
    expect(await firefoxSays(firefox, served)).toBe(refused);
    expect(await type(before.fix)).toMatchObject({ code: 0 });
    expect((await rowOf()).state).toBe('trusted');
    expect(await firefoxSays(firefox, served)).toBe('trusted');
  });

  it('that distrusts the CA itself is reported, and the printed command is enough', async () => {
    issue(place.sandbox);
    const firefox = profileAt();
    // An older certutil: Firefox reads its entry, but does not change it.
    addTo(firefox.profile, { name: name(), file: authority() });
    expect((await rowOf()).state).toBe('trusted');
    await trustInFirefox(firefox, caOf(place.sandbox), ',,');
    const { state, fix } = await rowOf();
    const served = await serve();
    expect(state).toBe('not-trusted');
    expect(await firefoxSays(firefox, served)).not.toBe('trusted');
    expect(await type(fix)).toMatchObject({ code: 0 });
    expect((await rowOf()).state).toBe('trusted');
    expect(await firefoxSays(firefox, served)).toBe('trusted');
  });

  it('that distrusts the CA itself trusts it after an installation, until that is undone', async () => {
    issue(place.sandbox);
    const firefox = profileAt();
    await trustInFirefox(firefox, caOf(place.sandbox), ',,');
    const { code, report } = await run(['--mkcert-install']);
    expect(code).toBe(0);
    expect(row(report, 'firefox').state).toBe('trusted');
    const served = await serve();
    expect(await firefoxSays(firefox, served)).toBe('trusted');
    const [, undo = ''] = report.steps[0]?.advice?.split('To undo this:') ?? [];
    expect(await type(undo.trim().split('\n'))).toMatchObject({ code: 0 });
    expect((await rowOf()).state).toBe('not-trusted');
    expect(await firefoxSays(firefox, served)).toBe(refused);
  });

  it('that trusts the CA itself is reported, and unknown if its NSS is out of reach', async () => {
    issue(place.sandbox);
    const firefox = profileAt();
    await trustInFirefox(firefox, caOf(place.sandbox), 'CT,CT,CT');
    expect((await rowOf()).state).toBe('trusted');
    expect(await firefoxSays(firefox, await serve())).toBe('trusted');
    const file = join(firefox.profile, 'compatibility.ini');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^LastPlatformDir=.*$/m, 'LastPlatformDir=/app/lib/firefox'));
    expect(await rowOf()).toMatchObject({ state: 'unknown', fix: [] });
  });

  it('has its profiles in XDG_CONFIG_HOME', async () => {
    const firefox = profileAt('settings/mozilla/firefox/a.default');
    const more = { XDG_CONFIG_HOME: join(place.sandbox.home, 'settings') };
    const { state, path, fix } = await rowOf([], more);
    expect({ state, path }).toEqual({ state: 'not-trusted', path: firefox.profile });
    expect(await type(fix)).toMatchObject({ code: 0 });
    expect(await firefoxSays(firefox, await serve())).toBe('trusted');
  });

  it('names profiles in other folders', async () => {
    const { profile } = profileAt('elsewhere/b.default');
    const folder = join(place.sandbox.home, '.config/mozilla/firefox');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'profiles.ini'), `[Profile0]\nIsRelative=0\nPath=${profile}\n`);
    expect(await rowOf()).toMatchObject({ state: 'not-trusted', path: profile });
  });

  it('with a primary password needs the command in a terminal', async () => {
    const { profile } = profileAt();
    const [empty, full] = ['empty', 'full'].map((file) => at(file));
    writeFileSync(empty ?? '', '\n');
    writeFileSync(full ?? '', 'secret-1\n');
    certutil(profile, '-W', '-f', empty ?? '', '-@', full ?? '');
    const { code, report } = await run(['--mkcert-install']);
    expect(code).toBe(1);
    expect(row(report, 'firefox').state).toBe('not-trusted');
    expect(report.steps[0]?.advice).toContain('has a primary password');
    rmSync(profile, { recursive: true });
  });

  it.skipIf(why !== '')(`trusts what its policy installs${why}`, async () => {
    issue(place.sandbox);
    const firefox = profileAt();
    const policy = { policies: { Certificates: { Install: [authority()] } } };
    const mounts: [string, string][] = [
      [policyFolder('', policy), '/usr/lib/firefox-esr/distribution'],
    ];
    expect(await mountedRow(mounts, 'firefox')).toMatchObject({ state: 'trusted' });
    const executablePath = mounted(mounts, ['/usr/bin/firefox-esr']);
    expect(await firefoxSays({ ...firefox, executablePath }, await serve())).toBe('trusted');
    expect((await rowOf()).state).toBe('trusted');
  });

  it.skipIf(why !== '')(`does not read the system's list${why}`, async () => {
    issue(place.sandbox);
    const firefox = profileAt();
    const setting = 'user_pref("security.enterprise_roots.enabled", true);\n';
    writeFileSync(join(firefox.profile, 'user.js'), setting);
    const list = '/etc/ssl/certs/ca-certificates.crt';
    writeFileSync(at('list.pem'), readFileSync(list, 'utf8') + caOf(place.sandbox));
    const mounts: [string, string][] = [[at('list.pem'), list]];
    expect(await mountedRow(mounts, 'system')).toMatchObject({ state: 'trusted' });
    expect(await mountedRow(mounts, 'firefox')).toMatchObject({ state: 'not-trusted' });
    const executablePath = mounted(mounts, ['/usr/bin/firefox-esr']);
    expect(await firefoxSays({ ...firefox, executablePath }, await serve())).toBe(refused);
  });
});

describeWith(['mkcert', 'certutil', 'chromium'], `the policies of Chromium${why}`, () => {
  it.skipIf(why !== '').each([
    ['CACertificates', false, 'trusted', 'trusted'],
    ['CADistrustedCertificates', true, 'not-trusted', 'ERR_CERT_AUTHORITY_INVALID'],
    ['CAPlatformIntegrationEnabled', true, 'not-trusted', 'ERR_CERT_AUTHORITY_INVALID'],
  ] as const)('decide: %s, with the CA in the database: %s', async (key, added, state, said) => {
    issue(place.sandbox);
    if (added) {
      addTo(join(place.sandbox.home, '.local/share/pki/nssdb'), {
        name: name(),
        file: authority(),
      });
    }
    const base64 = caOf(place.sandbox).replaceAll(/-----[^-]+-----|\s/g, '');
    const value = key === 'CAPlatformIntegrationEnabled' ? false : [base64];
    const mounts: [string, string][] = [
      [policyFolder('policies/managed', { [key]: value }), '/etc/chromium'],
    ];
    expect(await mountedRow(mounts, 'chromium')).toMatchObject({ state });
    const executable = mounted(mounts, ['/usr/bin/chromium']);
    expect(await chromiumSays(place.sandbox, await serve(), executable)).toBe(said);
  });
});

expectSameMachine();
