import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { caOf, issue } from '../../support/authority.js';
import { describeWith } from '../../support/needs.js';
import { addTo, certutil, pathOf, placesIn } from '../../support/stores.js';
import { clientSays, curlCommand, nodeCommand } from '../../support/trusting.js';
import {
  majors,
  refused,
  row,
  tools,
  unverified,
  trustRoom,
  type Report,
} from '../../support/trust-room.js';
import { sudo, thisProgram } from '../../support/cli.js';

const { place, at, authority, name, run, serve, browser, type, otherAuthority, expectSameMachine } =
  trustRoom();

describeWith(tools, 'a machine on which Chromium was never started', () => {
  it('trusts nothing at first, and an installation only changes Chromium', async () => {
    const { report } = await run();
    const { xdg, old } = placesIn(place.sandbox);
    expect(row(report, 'chromium')).toMatchObject({ state: 'not-trusted', path: xdg });
    expect(report.next).toContain(`${thisProgram} certs --install`);
    const served = await serve();
    expect(await browser(served)).toBe(refused);
    // The browser has now created its database. A browser that was never started has none.
    rmSync(join(xdg, '..'), { recursive: true, force: true });

    const installed = await run(['--mkcert-install']);
    expect(installed.code).toBe(0);
    expect(row(installed.report, 'chromium')).toMatchObject({
      state: 'trusted',
      path: xdg,
      fix: [],
    });
    expect(statSync(xdg).mode & 0o777).toBe(0o700);
    expect(existsSync(old)).toBe(false);
    expect(await browser(served)).toBe('trusted');
    expect(installed.report.next.join('\n')).not.toContain('certs --install');

    const [step] = installed.report.steps;
    const undo = [`mkcert -uninstall`, `certutil -D -d sql:${xdg} -n '${name()}'`];
    expect(step).toMatchObject({
      command: 'mkcert -install',
      status: 'done',
      advice: [
        `Added for Chromium with certutil: ${xdg}`,
        'To undo this:',
        ...undo.map((line) => `  ${line}`),
      ].join('\n'),
    });
    expect((await run(['--mkcert-install'])).report.steps[0]).toMatchObject({ status: 'already' });
    expect(await type(undo)).toMatchObject({ code: 0 });
    expect(await browser(served)).toBe(refused);
  });

  it.each(majors)('has a Node.js %i that trusts the CA with the printed command', async (major) => {
    const { report } = await run();
    const served = await serve();
    expect(await clientSays(place.sandbox, nodeCommand(major, served))).toBe(unverified);
    expect(row(report, 'node')).toMatchObject({ state: 'not-trusted' });
    const { fix } = row(report, 'node');
    const ask = quoteCommand(nodeCommand(major, served));
    expect(await type([...fix, ask])).toMatchObject({ code: 0, stdout: 'served' });
    const { report: told } = await run([], { NODE_EXTRA_CA_CERTS: authority() });
    expect(row(told, 'node')).toMatchObject({ state: 'trusted', path: authority() });
  });

  it('has a Node.js with additional CAs, which it keeps', async () => {
    const mine = at('mine.pem');
    // Without a line break at the end, as in files that were joined by hand.
    writeFileSync(mine, caOf(await otherAuthority()).trimEnd());
    const { report } = await run([], { NODE_EXTRA_CA_CERTS: mine });
    const served = await serve();
    const { state, fix } = row(report, 'node');
    expect(state).toBe('not-trusted');
    const ask = quoteCommand(nodeCommand(20, served));
    const joined = [...fix, ask];
    expect(await type(joined, { NODE_EXTRA_CA_CERTS: mine })).toMatchObject({ stdout: 'served' });
    const both = join(place.sandbox.home, 'node-extra-ca-certs.pem');
    const { report: told } = await run([], { NODE_EXTRA_CA_CERTS: both });
    expect(row(told, 'node').state).toBe('trusted');
  });
});

describeWith(tools, 'an existing but empty ~/.pki/nssdb', () => {
  it('is the database that Chromium reads, and the printed command adds the CA', async () => {
    const { old, xdg } = placesIn(place.sandbox);
    mkdirSync(old, { recursive: true });
    const { report } = await run();
    const { state, path, fix } = row(report, 'chromium');
    expect({ state, path }).toEqual({ state: 'not-trusted', path: old });
    expect(report.next).toEqual(['cd app', 'npm install', ...fix, 'npm run dev']);
    const served = await serve();
    expect(await type(fix)).toMatchObject({ code: 0 });
    expect(row((await run()).report, 'chromium')).toMatchObject({ state: 'trusted', path: old });
    expect(await browser(served)).toBe('trusted');
    expect(existsSync(xdg)).toBe(false);
  });
});

describeWith(tools, 'two databases of Chromium', () => {
  it.each([
    ['xdg', 'old', 'not-trusted', refused],
    ['old', 'xdg', 'trusted', 'trusted'],
  ] as const)('with the CA in the %s one, not the %s one: %s', async (full, empty, state, seen) => {
    issue(place.sandbox);
    const places = placesIn(place.sandbox);
    const other = authority();
    addTo(places[full], { name: name(), file: other });
    addTo(places[empty], {
      name: 'somebody',
      file: join((await otherAuthority()).caRoot, 'rootCA.pem'),
    });
    const { report } = await run();
    const chromium = row(report, 'chromium');
    expect(chromium).toMatchObject({ state, path: places.old });
    expect(chromium.note).toBe(`Chromium reads this database instead of ${places.xdg}.`);
    expect(await browser(await serve())).toBe(seen);
  });
});

describeWith(tools, 'a database in which the CA has another entry', () => {
  it('under another name still trusts it', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: 'by hand', file: authority() });
    const { report } = await run();
    expect(row(report, 'chromium')).toMatchObject({ state: 'trusted', path: xdg });
    expect(await browser(await serve())).toBe('trusted');
  });

  it('without trust is reported, and an installation trusts it', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: name(), file: authority(), flags: 'p,,' });
    const { report } = await run();
    expect(row(report, 'chromium')).toMatchObject({
      state: 'not-trusted',
      note: 'The database has the CA, marked as not trusted.',
    });
    const served = await serve();
    expect(await browser(served)).not.toBe('trusted');
    expect((await run(['--mkcert-install'])).code).toBe(0);
    expect(await browser(served)).toBe('trusted');
  });

  it('is not changed if another certificate has its name', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: name(), file: join((await otherAuthority()).caRoot, 'rootCA.pem') });
    const { code, report } = await run(['--mkcert-install']);
    expect(code).toBe(1);
    const { state, note, fix } = row(report, 'chromium');
    expect({ state, note }).toEqual({
      state: 'not-trusted',
      note: "In the database, another certificate has the CA's name.",
    });
    const served = await serve();
    expect(await browser(served)).toBe(refused);
    expect(await type(fix)).toMatchObject({ code: 0 });
    expect(await browser(served)).toBe('trusted');
  });
});

describeWith(tools, 'a machine without certutil', () => {
  const programs = ['node', 'mkcert', 'chromium', 'apt-get'];

  it('definitely does not trust the CA if there is no database', async () => {
    const PATH = pathOf(place.sandbox, programs);
    const { code, report } = await run(['--mkcert-install'], { PATH });
    expect(code).toBe(1);
    expect(row(report, 'chromium')).toMatchObject({
      state: 'not-trusted',
      note: 'There is no database yet.',
    });
    expect(report.steps[0]).toMatchObject({ command: 'mkcert -install', status: 'failed' });
    expect(report.next.slice(2, 4)).toEqual([
      `${sudo}apt-get install libnss3-tools`,
      `${thisProgram} certs --install`,
    ]);
    expect(await browser(await serve())).toBe(refused);
  });

  it('may or may not trust it if there is one', async () => {
    issue(place.sandbox);
    addTo(placesIn(place.sandbox).xdg, { name: name(), file: authority() });
    const { report } = await run([], { PATH: pathOf(place.sandbox, programs) });
    const { state, fix } = row(report, 'chromium');
    expect(state).toBe('unknown');
    expect(fix[0]).toBe(`${sudo}apt-get install libnss3-tools`);
    expect(await browser(await serve())).toBe('trusted');
  });
});

describeWith(['certutil', 'chromium', 'curl'], 'a machine without mkcert', () => {
  it('has a certificate that the printed commands make Chromium trust', async () => {
    const env = { PATH: pathOf(place.sandbox, ['node', 'certutil', 'chromium', 'apt-get']) };
    const { code, report } = await run([], env);
    expect(code).toBe(0);
    expect(report.steps[0]).toMatchObject({
      command: `${thisProgram} certs localhost 127.0.0.1 ::1`,
      status: 'done',
    });
    const { state, fix } = row(report, 'chromium');
    expect(state).toBe('not-trusted');
    const served = await serve();
    expect(await browser(served)).toBe(refused);
    expect(await clientSays(place.sandbox, curlCommand(served))).toBe('60');
    for (const major of majors) {
      // oxlint-disable-next-line no-await-in-loop -- one Node.js after the other
      const said = await clientSays(place.sandbox, nodeCommand(major, served));
      expect({ major, said }).toEqual({ major, said: unverified });
    }

    expect(await type(fix)).toMatchObject({ code: 0 });
    expect(row((await run([], env)).report, 'chromium').state).toBe('trusted');
    expect(await browser(served)).toBe('trusted');
    for (const major of majors) {
      const more = { NODE_EXTRA_CA_CERTS: authority() };
      // oxlint-disable-next-line no-await-in-loop -- as above
      const said = await clientSays(place.sandbox, nodeCommand(major, served), more);
      expect({ major, said }).toEqual({ major, said: 'trusted' });
    }
  });

  it('and without certutil gets the commands to install both, and then the one command', async () => {
    const PATH = pathOf(place.sandbox, ['node', 'chromium', 'apt-get']);
    const { report } = await run([], { PATH });
    expect(row(report, 'chromium').state).toBe('not-trusted');
    expect(report.next.slice(2, 4)).toEqual([
      `${sudo}apt-get install mkcert libnss3-tools`,
      `${thisProgram} certs --install`,
    ]);
  });
});

describeWith(tools, 'Firefox', () => {
  it('is checked profile by profile, and the CA is added to profiles that mkcert skipped', async () => {
    issue(place.sandbox);
    const { home } = place.sandbox;
    const [known, moved] = ['.mozilla/firefox/a.default', '.config/mozilla/firefox/b.default'].map(
      (path) => join(home, path),
    );
    const other = join((await otherAuthority()).caRoot, 'rootCA.pem');
    [known, moved].forEach((folder = '') => addTo(folder, { name: 'other', file: other }));
    const states = ({ trust }: Report) =>
      trust.filter(({ store }) => store === 'firefox').map(({ path, state }) => [path, state]);
    expect(states((await run()).report)).toEqual([
      [known, 'not-trusted'],
      [moved, 'not-trusted'],
    ]);
    const { code, report } = await run(['--mkcert-install']);
    expect(code).toBe(0);
    expect(states(report)).toEqual([
      [known, 'trusted'],
      [moved, 'trusted'],
    ]);
    expect(certutil(moved ?? '', '-L')).toMatch(/mkcert development CA \d+ +C,,/);
  });
});

expectSameMachine();
