import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { makeCertificate } from '../../../templates/test/certificate.js';
import { bin, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import type { Environment } from '../../support/sandbox.js';
import { pathOf } from '../../support/stores.js';
import { curlCommand, nodeCommand, opensslCommand } from '../../support/trusting.js';
import {
  majors,
  reportOf,
  row,
  tools,
  unverified,
  words,
  trustRoom,
  type Row,
} from '../../support/trust-room.js';

const { place, at, authority, run, serve, otherAuthority, expectSameMachine } = trustRoom();

/** The files that update-ca-certificates reads and writes on Debian, and its hooks. */
const lists = ['/etc/ssl/certs', '/usr/local/share/ca-certificates', '/etc/ca-certificates'];

/** A script for a namespace in which these folders are copies of the machine's. */
function inPrivate(script: string): string[] {
  const mounts = lists.map(
    (path) =>
      `mkdir -p "$0${path}" && cp -a ${path}/. "$0${path}/" && mount --bind "$0${path}" ${path}`,
  );
  // The hooks of other packages must not run.
  const lines = [...mounts, 'rm -f /etc/ca-certificates/update.d/*', script];
  return ['unshare', '--mount', 'sh', '-ec', lines.join('\n'), join(place.sandbox.home, 'lists')];
}

function whyNotPrivate(): string {
  if (!lists.every((path) => existsSync(path))) {
    return ' (skipped: this system does not store CAs as Debian does)';
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

  /** The output of a script, by the titles before the colons. */
  const answersOf = (said: string): Record<string, string> =>
    Object.fromEntries(
      [...said.matchAll(/^([\w -]+): (.*)$/gm)].map(([, title, answer]) => [title, answer]),
    );
  /**
   * Writes the report of a run into a file, which can be read when the namespace no longer exists.
   */
  const reported = (file: string, command = ours('--json')): string =>
    `${command} >${file} 2>/dev/null || true`;
  const systemRow = (file: string): Row => row(reportOf(readFileSync(at(file), 'utf8')), 'system');

  it.skipIf(why !== '')(
    'is changed by mkcert, and clients accept what the table says',
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

  it.skipIf(why !== '')('is used by a Node.js with the right option, as its row says', async () => {
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
    // This curl ignores SSL_CERT_FILE if SSL_CERT_DIR is set.
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
    'is changed without mkcert by the commands of the table, and mkcert can undo that',
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

expectSameMachine();
