import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteCommand } from '../../src/core/quote.js';
import { nickname } from '../../src/effects/certs/certificate.js';
import { makeCertificate } from '../../templates/test/certificate.js';
import { caOf, issue } from '../support/authority.js';
import { bin, cli, runProgram } from '../support/cli.js';
import { describeWith } from '../support/needs.js';
import { allMajors } from '../support/nodes.js';
import { sandbox, type Environment, type Sandbox } from '../support/sandbox.js';
import { addTo, certutil, machineStores, pathOf, placesIn } from '../support/stores.js';
import {
  chromiumSays,
  clientSays,
  curlCommand,
  nodeCommand,
  opensslCommand,
  serveWith,
  type Served,
} from '../support/trusting.js';
import { nobody, own, ownFolder, unprivileged } from '../support/unprivileged.js';

const before = machineStores();
const majors = allMajors.filter((major) => major < 26);
const words = ['app', '--yes', '--no-install', '--no-git'];
const refused = 'ERR_CERT_AUTHORITY_INVALID';
const unverified = '0 UNABLE_TO_VERIFY_LEAF_SIGNATURE';

interface Row {
  store: string;
  state: string;
  path?: string;
  note?: string;
  fix: string[];
}

interface Step {
  command: string;
  status: string;
  advice?: string;
}

interface Report {
  ok: boolean;
  trust: Row[];
  steps: Step[];
  next: string[];
}

const place: { sandbox: Sandbox; served: Served[] } = { sandbox: sandbox(), served: [] };
const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);
const authority = (): string => join(place.sandbox.caRoot, 'rootCA.pem');
const name = (): string => nickname(caOf(place.sandbox));

beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(async () => {
  await Promise.all(place.served.splice(0).map(({ stop }) => stop()));
  await place.sandbox.remove();
});

function reportOf(stdout: string): Report {
  return JSON.parse(stdout);
}

/** A run that tells of itself in JSON. */
async function run(flags: string[] = [], more: Environment = {}) {
  const env = { ...place.sandbox.env, ...more };
  const { code, stdout, stderr } = await cli([...words, '--json', ...flags], { cwd: at(), env });
  return { code, stderr, report: reportOf(stdout) };
}

function row({ trust }: Report, store: string): Row {
  const found = trust.find((each) => each.store === store);
  if (found === undefined) {
    throw new Error(`There is no row for ${store}.`);
  }
  return found;
}

async function serve(): Promise<Served> {
  const served = await serveWith(at('app'));
  place.served.push(served);
  return served;
}

const browser = (served: Served): Promise<string> => chromiumSays(place.sandbox, served);

/** Types commands into a shell, as they are printed. */
function type(commands: string[], more: Environment = {}) {
  const script = ['set -e', ...commands].join('\n');
  const env = { ...place.sandbox.env, ...more };
  return runProgram(['sh', '-c', script], { cwd: at(), env });
}

const tools = ['mkcert', 'certutil', 'chromium', 'curl'];

describeWith(tools, 'a machine on which Chromium was never started', () => {
  it('trusts nothing before, and Chromium alone is reached by an installation', async () => {
    const { report } = await run();
    const { xdg, old } = placesIn(place.sandbox);
    expect(row(report, 'chromium')).toMatchObject({ state: 'not-trusted', path: xdg });
    expect(report.next).toContain('npx create-fastify-wss@0.1.0 certs --install');
    const served = await serve();
    expect(await browser(served)).toBe(refused);
    // The browser has made a database of its own by now; one that was never started has none.
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
        'To take it back:',
        ...undo.map((line) => `  ${line}`),
      ].join('\n'),
    });
    expect((await run(['--mkcert-install'])).report.steps[0]).toMatchObject({ status: 'already' });
    expect(await type(undo)).toMatchObject({ code: 0 });
    expect(await browser(served)).toBe(refused);
  });

  it.each(majors)('has a Node.js %i that the printed command makes trust the CA', async (major) => {
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

  it('has a Node.js with authorities of its own, which keeps them', async () => {
    const mine = at('mine.pem');
    // Without an end of line, as files are that were joined by hand.
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

/** Another user's CA, in a sandbox of its own that shares nothing but the folder it is read from. */
async function otherAuthority(): Promise<Sandbox> {
  const caRoot = join(place.sandbox.home, 'other-ca');
  const folder = join(place.sandbox.home, 'other');
  [caRoot, folder].forEach((path) => mkdirSync(path));
  const other = { ...place.sandbox, caRoot, folder, env: { ...place.sandbox.env, CAROOT: caRoot } };
  issue(other);
  return other;
}

describeWith(tools, 'a ~/.pki/nssdb that is there and empty', () => {
  it('is what Chromium reads, and the printed command fills it', async () => {
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
    expect(chromium.note).toBe(`${places.xdg} is not read: this one comes before it.`);
    expect(await browser(await serve())).toBe(seen);
  });
});

describeWith(tools, 'a database in which the CA stands otherwise', () => {
  it('under another name is one that trusts it', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: 'by hand', file: authority() });
    const { report } = await run();
    expect(row(report, 'chromium')).toMatchObject({ state: 'trusted', path: xdg });
    expect(await browser(await serve())).toBe('trusted');
  });

  it('as not trusted is said, and an installation trusts it', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: name(), file: authority(), flags: 'p,,' });
    const { report } = await run();
    expect(row(report, 'chromium')).toMatchObject({
      state: 'not-trusted',
      note: 'The CA is in it, marked as not trusted.',
    });
    const served = await serve();
    expect(await browser(served)).not.toBe('trusted');
    expect((await run(['--mkcert-install'])).code).toBe(0);
    expect(await browser(served)).toBe('trusted');
  });

  it('is left to its user where another certificate has its name', async () => {
    issue(place.sandbox);
    const { xdg } = placesIn(place.sandbox);
    addTo(xdg, { name: name(), file: join((await otherAuthority()).caRoot, 'rootCA.pem') });
    const { code, report } = await run(['--mkcert-install']);
    expect(code).toBe(1);
    const { state, note, fix } = row(report, 'chromium');
    expect({ state, note }).toEqual({
      state: 'not-trusted',
      note: "Another certificate has the CA's name in it.",
    });
    const served = await serve();
    expect(await browser(served)).toBe(refused);
    expect(await type(fix)).toMatchObject({ code: 0 });
    expect(await browser(served)).toBe('trusted');
  });
});

describeWith(tools, 'a machine without certutil', () => {
  const programs = ['node', 'mkcert', 'chromium', 'apt-get'];

  it('certainly does not trust the CA where there is no database', async () => {
    const PATH = pathOf(place.sandbox, programs);
    const { code, report } = await run(['--mkcert-install'], { PATH });
    expect(code).toBe(1);
    expect(row(report, 'chromium')).toMatchObject({
      state: 'not-trusted',
      note: 'There is no database yet.',
    });
    expect(report.steps[0]).toMatchObject({ command: 'mkcert -install', status: 'failed' });
    expect(report.next.slice(2, 4)).toEqual([
      'sudo apt-get install libnss3-tools',
      'npx create-fastify-wss@0.1.0 certs --install',
    ]);
    expect(await browser(await serve())).toBe(refused);
  });

  it('is not known to trust it where there is one', async () => {
    issue(place.sandbox);
    addTo(placesIn(place.sandbox).xdg, { name: name(), file: authority() });
    const { report } = await run([], { PATH: pathOf(place.sandbox, programs) });
    const { state, fix } = row(report, 'chromium');
    expect(state).toBe('unknown');
    expect(fix[0]).toBe('sudo apt-get install libnss3-tools');
    expect(await browser(await serve())).toBe('trusted');
  });
});

describeWith(['certutil', 'chromium', 'curl'], 'a machine without mkcert', () => {
  it('has a certificate that the printed commands make Chromium trust', async () => {
    const env = { PATH: pathOf(place.sandbox, ['node', 'certutil', 'chromium', 'apt-get']) };
    const { code, report } = await run([], env);
    expect(code).toBe(0);
    expect(report.steps[0]).toMatchObject({
      command: 'npx create-fastify-wss@0.1.0 certs localhost 127.0.0.1 ::1',
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

  it('and without certutil is told to install both, and then the one command', async () => {
    const PATH = pathOf(place.sandbox, ['node', 'chromium', 'apt-get']);
    const { report } = await run([], { PATH });
    expect(row(report, 'chromium').state).toBe('not-trusted');
    expect(report.next.slice(2, 4)).toEqual([
      'sudo apt-get install mkcert libnss3-tools',
      'npx create-fastify-wss@0.1.0 certs --install',
    ]);
  });
});

describeWith(tools, 'Firefox', () => {
  it('is asked profile by profile, and those that mkcert left are added', async () => {
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

describeWith(tools, 'a user without rights', () => {
  const programs = ['node', 'mkcert', 'certutil', 'chromium', 'tee', 'mkdir'];
  const everyStore = { TRUST_STORES: undefined };

  /** Without a sudo on PATH, so that nothing of the machine can be reached. */
  async function runAsNobody(flags: string[]) {
    const asNobody = unprivileged(place.sandbox);
    const PATH = pathOf(place.sandbox, programs);
    const ended = await asNobody([...words, '--json', ...flags], { ...everyStore, PATH });
    return { ...ended, report: reportOf(ended.stdout) };
  }

  it('keeps the project where the system is out of reach, and browsers are reached', async () => {
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
    expect(report.next).toContain('npx create-fastify-wss@0.1.0 certs --install');
    expect(readdirSync(at('app'))).toContain('package.json');
    const served = await serve();
    expect(await clientSays(place.sandbox, curlCommand(served))).toMatch(/^60/);
    expect(await browser(served)).toBe('trusted');
  });

  it('is told that the folder of the CA cannot be written', async () => {
    ownFolder(place.sandbox.caRoot, 0o555);
    const { code, report } = await runAsNobody(['--mkcert-install']);
    expect(code).toBe(1);
    expect(report.steps[0]).toMatchObject({ status: 'failed' });
    expect(report.steps[0]?.advice).toContain('permission denied');
    expect(report.trust).toEqual([]);
    expect(readdirSync(at('app'))).toContain('package.json');
    expect(report.next).toContain('mkcert -install');
  });

  it("trusts another user's CA as far as its certificate is enough", async () => {
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

/** What update-ca-certificates reads and writes on Debian, and who listens to it. */
const lists = ['/etc/ssl/certs', '/usr/local/share/ca-certificates', '/etc/ca-certificates'];

/** A script for a namespace in which these folders are copies of the machine's. */
function inPrivate(script: string): string[] {
  const mounts = lists.map(
    (path) =>
      `mkdir -p "$0${path}" && cp -a ${path}/. "$0${path}/" && mount --bind "$0${path}" ${path}`,
  );
  // Hooks of other packages are not ours to run.
  const lines = [...mounts, 'rm -f /etc/ca-certificates/update.d/*', script];
  return ['unshare', '--mount', 'sh', '-ec', lines.join('\n'), join(place.sandbox.home, 'lists')];
}

function whyNotPrivate(): string {
  if (!lists.every((path) => existsSync(path))) {
    return ' (skipped: this system keeps its authorities as Debian does not)';
  }
  try {
    execFileSync(
      'unshare',
      ['--mount', 'sh', '-ec', 'mount -t tmpfs tmpfs "$0"', place.sandbox.home],
      { stdio: 'pipe' },
    );
    return '';
  } catch {
    return ' (skipped: mounting a file system is not permitted here)';
  }
}

const why = whyNotPrivate();

describeWith(tools, `the system's list${why}`, () => {
  const inside = async (script: string, more: Environment = {}) => {
    const env = { ...place.sandbox.env, TRUST_STORES: 'system', ...more };
    const { stdout, stderr } = await runProgram(inPrivate(script), { cwd: at(), env });
    return `${stdout}\n${stderr}`;
  };
  const ours = (...flags: string[]): string =>
    quoteCommand([process.execPath, bin, ...words, ...flags]);
  const asked = (title: string, command: string[]): string =>
    `printf '${title}: '; ${quoteCommand(command)} || printf 'exit %s' "$?"; echo`;

  /** What a script of these prints, by the titles before the colons. */
  const answersOf = (said: string): Record<string, string> =>
    Object.fromEntries(
      [...said.matchAll(/^([\w -]+): (.*)$/gm)].map(([, title, answer]) => [title, answer]),
    );
  /** Writes the report of a run into a file, whose row can be read when the namespace is gone. */
  const reported = (file: string, command = ours('--json')): string =>
    `${command} >${file} 2>/dev/null || true`;
  const systemRow = (file: string): Row => row(reportOf(readFileSync(at(file), 'utf8')), 'system');

  it.skipIf(why !== '')(
    'is reached by mkcert, and clients accept what the table says',
    async () => {
      await run();
      const served = await serve();
      const later = majors.filter((major) => major > 20);
      const clients = [
        asked('curl', curlCommand(served)),
        ...majors.map((major) => asked(`Node ${major}`, nodeCommand(major, served))),
        asked('Node 20 by OpenSSL', nodeCommand(20, served, ['--use-openssl-ca'])),
        ...later.map((major) =>
          asked(`Node ${major} by the system`, nodeCommand(major, served, ['--use-system-ca'])),
        ),
      ];
      const install = reported('installed', ours('--mkcert-install', '--json'));
      const said = await inside(
        [reported('first'), ...clients, install, 'echo AFTER', ...clients].join('\n'),
      );
      const [first, second] = said.split('AFTER').map(answersOf);
      expect(systemRow('first')).toMatchObject({ state: 'not-trusted', fix: ['mkcert -install'] });
      expect(new Set(Object.values(first ?? {}))).toEqual(
        new Set(['exit 60', unverified.slice(2)]),
      );
      expect(systemRow('installed')).toMatchObject({ state: 'trusted' });
      const alone = majors.map((major) => [`Node ${major}`, unverified.slice(2)]);
      const bySystem = later.map((major) => [`Node ${major} by the system`, 'served']);
      const all = [['curl', 'served'], ...alone, ['Node 20 by OpenSSL', 'served'], ...bySystem];
      expect(second).toEqual(Object.fromEntries(all));
    },
  );

  it.skipIf(why !== '')('is what a Node.js reads that is told to, as its row says', async () => {
    await run();
    const served = await serve();
    mkdirSync(at('none'));
    cpSync(authority(), at('ca.pem'));
    const node = (major: number): string => nodeCommand(major, served)[0] ?? '';
    const settings = [
      ['by variable', 'NODE_USE_SYSTEM_CA=1', 24],
      ['by option', 'NODE_OPTIONS=--use-system-ca', 22],
      ['by OpenSSL', 'NODE_OPTIONS=--use-openssl-ca', 20],
      ['too old', 'NODE_USE_SYSTEM_CA=1', 20],
      ['misled by OpenSSL', 'NODE_OPTIONS=--use-openssl-ca SSL_CERT_DIR=none', 20],
      ['misled by option', 'NODE_OPTIONS=--use-system-ca SSL_CERT_DIR=none', 24],
      ['led by a file', 'NODE_OPTIONS=--use-openssl-ca SSL_CERT_DIR=none SSL_CERT_FILE=ca.pem', 24],
    ] as const;
    const lines = settings.flatMap(([title, setting, major]) => [
      asked(title, ['env', ...setting.split(' '), ...nodeCommand(major, served)]),
      `env ${setting} ${quoteCommand([node(major), bin, ...words, '--json'])} >'${title}'`,
    ]);
    const said = answersOf(await inside(['mkcert -install', ...lines].join('\n')));
    const rows = settings.map(([title]) => [
      title,
      row(reportOf(readFileSync(at(title), 'utf8')), 'node').state,
    ]);
    expect(said).toEqual({
      'by variable': 'served',
      'by option': 'served',
      'by OpenSSL': 'served',
      'too old': unverified.slice(2),
      'misled by OpenSSL': unverified.slice(2),
      'misled by option': unverified.slice(2),
      'led by a file': 'served',
    });
    expect(Object.fromEntries(rows)).toEqual({
      'by variable': 'trusted',
      'by option': 'trusted',
      'by OpenSSL': 'trusted',
      'too old': 'not-trusted',
      'misled by OpenSSL': 'not-trusted',
      'misled by option': 'not-trusted',
      'led by a file': 'trusted',
    });
  });

  const [yes, no] = ['served', 'exit 60'];
  const otherwise = 'SSL_CERT_FILE="$PWD/other.pem"';
  it.skipIf(why !== '').each([
    ['names nothing else', 'A=1', yes, yes, []],
    ['names another file', otherwise, yes, yes, []],
    ['names another file for curl', 'CURL_CA_BUNDLE="$PWD/other.pem"', yes, yes, []],
    [
      'names an older CA of the same name',
      'SSL_CERT_FILE="$PWD/older.pem"',
      no,
      no,
      ['unset SSL_CERT_FILE'],
    ],
    ['names it for curl', 'CURL_CA_BUNDLE="$PWD/older.pem"', no, yes, ['unset CURL_CA_BUNDLE']],
    // This curl reads no SSL_CERT_FILE beside an SSL_CERT_DIR.
    [
      'names another file and folder',
      `${otherwise} SSL_CERT_DIR="$PWD/none"`,
      yes,
      no,
      ['unset SSL_CERT_FILE SSL_CERT_DIR'],
    ],
  ])('is judged in an environment that %s', async (_what, setting, curl, openssl, fix) => {
    await run();
    cpSync(join((await otherAuthority()).caRoot, 'rootCA.pem'), at('older.pem'));
    writeFileSync(at('other.pem'), makeCertificate().cert);
    mkdirSync(at('none'));
    const served = await serve();
    const ask = ['curl', 'openssl'].map((title, index) =>
      asked(title, [curlCommand, opensslCommand][index]?.(served) ?? []),
    );
    const script = [
      'mkcert -install',
      `export ${setting}`,
      ...ask,
      reported('report'),
      ...fix,
      asked('mended', curlCommand(served)),
    ];
    expect(answersOf(await inside(script.join('\n')))).toEqual({ curl, openssl, mended: yes });
    const state = curl === yes && openssl === yes ? 'trusted' : 'not-trusted';
    expect(systemRow('report')).toMatchObject({ state, fix });
  });

  it.skipIf(why !== '' || process.getuid?.() !== 0)(
    'is reached without mkcert by the commands of the table, and mkcert takes that back',
    async () => {
      await run();
      const PATH = pathOf(place.sandbox, ['node', 'chromium']);
      const { fix } = row((await run([], { PATH, TRUST_STORES: undefined })).report, 'system');
      expect(fix).toHaveLength(2);
      const served = await serve();
      const script = [...fix, asked('added', curlCommand(served)), reported('report')];
      const undo = ['mkcert -uninstall', asked('removed', curlCommand(served))];
      const said = await inside([...script, ...undo].join('\n'));
      expect(answersOf(said)).toMatchObject({ added: 'served', removed: 'exit 60' });
      expect(systemRow('report').state).toBe('trusted');
    },
  );
});

describe('the tests of trust', () => {
  it('leave the machine as it was', () => {
    expect(machineStores()).toBe(before);
  });
});
