import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { stores } from '../../../src/trust/check.js';
import { addedText, failedText, isComplete } from '../../../src/trust/table/installation.js';
import { remainingCommands } from '../../../src/trust/table/remaining.js';
import type { TrustState } from '../../../src/trust/table/row.js';
import { trustText } from '../../../src/trust/table/text.js';
import { root } from '../../support/cli.js';
import {
  chromium,
  evidenceOf,
  firefox,
  rootPath,
  trustTable,
  type Differing,
} from '../../support/evidence.js';

/** The row of one store, with its commands as they are typed. */
function rowOf(store: string, differing: Differing) {
  const row = trustTable(evidenceOf(differing)).find((each) => each.store === store);
  const typed = (commands: string[][] = []) =>
    commands.map((words) => quoteCommand(words, 'linux'));
  return {
    state: row?.state,
    note: row?.note ?? '',
    path: row?.path,
    fix: typed(row?.fix),
    undo: typed(row?.undo),
  };
}

type Case = [string, Differing, TrustState, string[], RegExp?];

const noTools = { mkcert: false, certutil: false };
const other = { path: '/corp.pem', hasCa: false };
const certAuto = '/usr/local/share/ca-certificates/mkcert_development_CA_171.crt';
const packages = { words: ['brew', 'install'], mkcert: 'mkcert', certutil: 'nss' };
const mac: Differing = { platform: 'darwin', tools: { packages } };
const keychain = `security add-trusted-cert -r trustRoot -k login.keychain-db ${rootPath}`;
const windowsAdd = `certutil.exe -user -addstore Root ${rootPath}`;
const unknownAnchors = { anchors: undefined };

describe("the system's list", () => {
  const rows: Case[] = [
    ['has the CA', { system: { hasCa: true } }, 'trusted', []],
    ['lacks it', {}, 'not-trusted', ['mkcert -install']],
    [
      'lacks it, and mkcert is missing',
      { tools: noTools },
      'not-trusted',
      [`sudo cp ${rootPath} ${certAuto}`, 'sudo update-ca-certificates'],
    ],
    [
      'lacks it, and root has no mkcert',
      { tools: { ...noTools, root: true } },
      'not-trusted',
      [`cp ${rootPath} ${certAuto}`, 'update-ca-certificates'],
    ],
    ['is of an unknown type', { system: unknownAnchors }, 'not-trusted', [], /Unknown trust store/],
    ['is excluded', { trustStores: ['nss'] }, 'not-trusted', [], /TRUST_STORES makes mkcert/],
    [
      'is one of several stores',
      { trustStores: ['nss', 'system'] },
      'not-trusted',
      ['mkcert -install'],
    ],
    [
      'has it, and a variable names another file',
      { system: { hasCa: true, variables: { SSL_CERT_FILE: other } } },
      'not-trusted',
      ['unset SSL_CERT_FILE'],
      /SSL_CERT_FILE=\/corp\.pem\. The CA is not in it/,
    ],
    [
      "has it, and curl's variable names another file",
      { system: { hasCa: true, variables: { CURL_CA_BUNDLE: other } } },
      'not-trusted',
      ['unset CURL_CA_BUNDLE'],
    ],
    [
      'has it in a folder that is read in addition to the named file',
      { system: { hasCa: true, folderHasCa: true, variables: { SSL_CERT_FILE: other } } },
      'trusted',
      [],
    ],
    [
      'has it, and a variable names another folder',
      {
        system: {
          hasCa: true,
          folderHasCa: true,
          variables: { SSL_CERT_DIR: other, SSL_CERT_FILE: other },
        },
      },
      'not-trusted',
      ['unset SSL_CERT_DIR SSL_CERT_FILE'],
    ],
    [
      'lacks it, and a variable names a file that has it',
      { system: { variables: { SSL_CERT_FILE: { path: '/mine.pem', hasCa: true } } } },
      'trusted',
      [],
      /SSL_CERT_FILE=\/mine\.pem/,
    ],
    ['has it on macOS', { ...mac, system: { hasCa: true, ...unknownAnchors } }, 'trusted', []],
    ['lacks it on macOS', { ...mac, system: unknownAnchors }, 'not-trusted', ['mkcert -install']],
    [
      'lacks it on macOS without mkcert',
      { ...mac, system: unknownAnchors, tools: { mkcert: false, packages } },
      'not-trusted',
      [keychain],
    ],
    [
      'lacks it on Windows without mkcert',
      { platform: 'win32', system: unknownAnchors, tools: { mkcert: false } },
      'not-trusted',
      [windowsAdd],
    ],
    [
      'cannot be checked',
      { platform: 'win32', system: { hasCa: undefined, ...unknownAnchors } },
      'unknown',
      ['mkcert -install'],
      /This Node.js cannot check it/,
    ],
  ];
  it.each(rows)('that %s: %j', (_what, differing, state, fix, note = /(?:)/) => {
    const row = rowOf('system', differing);
    expect(row).toMatchObject({ state, fix });
    expect(row.note).toMatch(note);
  });

  it('prints unchanged what it was given', () => {
    const system = { hasCa: true };
    expect(rowOf('system', { system }).undo).toEqual(['mkcert -uninstall']);
    expect(rowOf('system', { system, tools: noTools }).undo).toEqual([
      `sudo rm ${certAuto}`,
      'sudo update-ca-certificates',
    ]);
    expect(rowOf('system', { platform: 'darwin', system, tools: noTools }).undo).toEqual([
      `security remove-trusted-cert ${rootPath}`,
    ]);
    expect(rowOf('system', { platform: 'win32', system, tools: noTools }).undo).toEqual([
      'certutil.exe -user -delstore Root AB',
    ]);
  });
});

describe('a database of a browser', () => {
  const folder = 'sql:/home/me/.local/share/pki/nssdb';
  const name = "'mkcert development CA 171'";
  const add = `certutil -A -d ${folder} -t C,, -n ${name} -i ${rootPath}`;
  const get = 'sudo apt-get install libnss3-tools';
  const make = 'mkdir -p -m 700 /home/me/.local/share/pki/nssdb';
  const rows: Case[] = [
    ['belongs to a browser that is not installed', {}, 'not-present', []],
    ['trusts the CA', { databases: [chromium({ answer: 'trusted' })] }, 'trusted', []],
    ['lacks it', { databases: [chromium()] }, 'not-trusted', [add]],
    [
      'does not exist yet',
      { databases: [chromium({ answer: 'none' })] },
      'not-trusted',
      [add],
      /no database yet/,
    ],
    [
      'has no folder yet',
      { databases: [chromium({ answer: 'none', exists: false })] },
      'not-trusted',
      [make, add],
    ],
    [
      'has it, marked as not trusted',
      { databases: [chromium({ answer: 'distrusted' })] },
      'not-trusted',
      [add],
      /marked as not trusted/,
    ],
    [
      'has another certificate with its name',
      { databases: [chromium({ answer: 'other' })] },
      'not-trusted',
      [`certutil -D -d ${folder} -n ${name}`, add],
      /another certificate has the CA's name/,
    ],
    [
      'is read instead of another',
      { databases: [chromium({ ignored: '/old' })] },
      'not-trusted',
      [add],
      /^Chromium reads this database instead of .*\/old\./,
    ],
    [
      'cannot be checked without certutil',
      { databases: [chromium({ answer: 'unasked' })], tools: { certutil: false } },
      'unknown',
      [get, add],
      /Only certutil can read it/,
    ],
    [
      'definitely does not exist, without certutil',
      { databases: [chromium({ answer: 'none', exists: false })], tools: { certutil: false } },
      'not-trusted',
      [get, make, add],
    ],
    [
      'gives no answer',
      { databases: [chromium({ answer: 'unreadable', output: 'bad database.' })] },
      'unknown',
      [add],
      /certutil cannot read it: bad database\./,
    ],
    [
      'was written by an NSS that certutil cannot use',
      { databases: [chromium({ answer: 'unsure' })] },
      'unknown',
      [],
      /certificate manager shows whether it is trusted/,
    ],
    [
      'has no effect, since a policy adds the CA',
      { databases: [chromium({ answer: 'policy', policy: '/etc/policy' })] },
      'trusted',
      [],
      /The policy in \/etc\/policy adds the CA/,
    ],
    [
      'has no effect, since a policy forbids it',
      { databases: [chromium({ answer: 'forbidden', policy: '/etc/policy' })] },
      'not-trusted',
      [],
      /The policy in \/etc\/policy makes a browser ignore the CA/,
    ],
    [
      'is excluded',
      { databases: [chromium()], trustStores: ['system'] },
      'not-trusted',
      [],
      /TRUST_STORES makes mkcert/,
    ],
  ];
  it.each(rows)('that %s', (_what, differing, state, fix, note = /(?:)/) => {
    const row = rowOf('chromium', differing);
    expect(row).toMatchObject({ state, fix });
    expect(row.note).toMatch(note);
  });

  it('loses the CA with the name that it has there', () => {
    const databases = [chromium({ answer: 'trusted', name: 'mine' })];
    expect(rowOf('chromium', { databases }).undo).toEqual([`certutil -D -d ${folder} -n mine`]);
  });

  it("is changed with the browser's own NSS", () => {
    const library = '/usr/lib/firefox';
    const own = `env LD_LIBRARY_PATH=${library}`;
    const at = '/home/me/.mozilla/firefox/abc.default';
    const renamed = rowOf('firefox', { databases: [firefox({ library, answer: 'other' })] });
    expect(renamed.fix).toEqual([
      `${own} certutil -D -d sql:${at} -n ${name}`,
      `${own} certutil -A -d sql:${at} -t C,, -n ${name} -i ${rootPath}`,
    ]);
    const trusted = rowOf('firefox', { databases: [firefox({ library, answer: 'trusted' })] });
    expect(trusted.undo).toEqual([`${own} certutil -D -d sql:${at} -n ${name}`]);
  });

  it.each(['darwin', 'win32'] as const)(
    'is unknown on %s if a profile does not read the system',
    (platform) => {
      const row = rowOf('firefox', { platform, system: { hasCa: true }, separate: ['/p'] });
      expect(row.state).toBe('unknown');
      expect(row.note).toContain('security.enterprise_roots.enabled is false in /p');
    },
  );

  it('is one row for each profile of Firefox', () => {
    const second = firefox({ title: 'Firefox (work)', folder: '/work', answer: 'trusted' });
    const table = trustTable(evidenceOf({ databases: [firefox(), second] }));
    const states = table
      .filter(({ store }) => store === 'firefox')
      .map(({ title, state }) => [title, state]);
    expect(states).toEqual([
      ['Firefox (abc.default)', 'not-trusted'],
      ['Firefox (work)', 'trusted'],
    ]);
  });

  it('is created when Firefox starts', () => {
    expect(rowOf('firefox', { browsers: ['firefox'] })).toMatchObject({
      state: 'not-present',
      note: 'It has no profile yet: start it once, then check again.',
    });
  });

  it.each([
    ['darwin', true, 'trusted'],
    ['win32', false, 'not-trusted'],
    ['darwin', undefined, 'unknown'],
  ] as const)(
    "is not used on %s: the result of the system's list (%s) applies",
    (platform, hasCa, state) => {
      const row = rowOf('firefox', { platform, system: { hasCa } });
      expect(row).toMatchObject({ state, fix: [] });
      expect(row.note).toContain('Firefox 120 and later');
      expect(trustTable(evidenceOf({ platform })).map(({ store }) => store)).not.toContain(
        'chromium',
      );
    },
  );
});

describe('Node.js', () => {
  const system = { hasCa: true, folderHasCa: true };
  const own = { path: '/corp.pem', readable: true, hasCa: false };
  const point = `export NODE_EXTRA_CA_CERTS=${rootPath}`;
  const joining = [
    `sh -c 'awk 1 "$1" "$2" >"$0"' /home/me/node-extra-ca-certs.pem /corp.pem ${rootPath}`,
    'export NODE_EXTRA_CA_CERTS=/home/me/node-extra-ca-certs.pem',
  ];
  const rows: Case[] = [
    ['without settings for the CA', { system }, 'not-trusted', [point], /does not read the system/],
    ['with a file that has the CA', { node: { extra: { ...own, hasCa: true } } }, 'trusted', []],
    [
      'that has another file',
      { node: { extra: own } },
      'not-trusted',
      joining,
      /\/corp\.pem, which does not contain the CA/,
    ],
    [
      'that has a file that cannot be read',
      { node: { extra: { ...own, readable: false } } },
      'not-trusted',
      [point],
      /\/corp\.pem, which cannot be read/,
    ],
    [
      "that has the system's list",
      { node: { extra: { ...own, path: '/etc/ssl/certs/ca-certificates.crt' } } },
      'not-trusted',
      ['mkcert -install'],
    ],
    [
      'of 22.15 that has another file',
      { system, node: { version: '22.15.0', extra: own, options: '--no-warnings' } },
      'not-trusted',
      ["export 'NODE_OPTIONS=--no-warnings --use-system-ca'"],
    ],
    [
      'of 22.19 that has another file',
      { system, node: { version: '22.19.0', extra: own } },
      'not-trusted',
      ['export NODE_USE_SYSTEM_CA=1'],
    ],
    [
      'of 22.19 that has another file, on a system that does not trust the CA',
      { node: { version: '22.19.0', extra: own } },
      'not-trusted',
      joining,
    ],
    [
      'of 20 with --use-openssl-ca',
      { system, node: { options: '--use-openssl-ca' } },
      'trusted',
      [],
    ],
    [
      'of 20 with --use-system-ca',
      { system, node: { options: '--use-system-ca' } },
      'not-trusted',
      [point],
    ],
    [
      'of 22.15 with --use-system-ca',
      { system, node: { version: '22.15.0', options: '--a --use-system-ca' } },
      'trusted',
      [],
    ],
    [
      'of 23.8 with it',
      { system, node: { version: '23.8.0', options: '--use-system-ca' } },
      'not-trusted',
      [point],
    ],
    [
      'of 26 with it',
      { system, node: { version: '26.0.0', options: '--use-system-ca' } },
      'trusted',
      [],
    ],
    [
      'of 26 with it, on a system that does not trust the CA',
      { node: { version: '26.0.0', options: '--use-system-ca' } },
      'not-trusted',
      [point],
      /It reads the system's trust store, which does not have the CA/,
    ],
    [
      'of 22.18 with its variable',
      { system, node: { version: '22.18.0', useSystem: true } },
      'not-trusted',
      [point],
    ],
    [
      'of 22.19 with its variable',
      { system, node: { version: '22.19.0', useSystem: true } },
      'trusted',
      [],
    ],
    [
      'of 24.5 with its variable',
      { system, node: { version: '24.5.0', useSystem: true } },
      'not-trusted',
      [point],
    ],
    [
      'of 24.6 with its variable',
      { system, node: { version: '24.6.0', useSystem: true } },
      'trusted',
      [],
    ],
    [
      'that verifies nothing',
      { node: { verificationDisabled: true } },
      'not-trusted',
      [point],
      /does not verify certificates/,
    ],
    [
      'on Windows',
      { platform: 'win32' },
      'not-trusted',
      [`setx NODE_EXTRA_CA_CERTS ${rootPath}`],
      /Only a new terminal has a variable that setx sets/,
    ],
  ];
  it.each(rows)('%s', (_what, differing, state, fix, note = /(?:)/) => {
    const row = rowOf('node', differing);
    expect(row).toMatchObject({ state, fix });
    expect(row.note).toMatch(/^Checked for the Node\.js that runs this command\./);
    expect(row.note).toMatch(note);
  });
});

describe('the trust stores', () => {
  it('are each a file', () => {
    const files = readdirSync(join(root, 'src/trust/stores'));
    expect(stores.map(({ name }) => `${name}.ts`).toSorted()).toEqual(files.toSorted());
  });
});

describe('the system around a Linux', () => {
  const path = String.raw`\\wsl.localhost\Debian\ca\rootCA.pem`;

  it.each([
    [true, 'trusted', []],
    [false, 'not-trusted', [`certutil.exe -user -addstore Root '${path}'`]],
    [undefined, 'unknown', [`certutil.exe -user -addstore Root '${path}'`]],
  ] as const)('is a Windows that answers %s about the CA', (hasCa, state, fix) => {
    const row = rowOf('windows', { windows: { hasCa, path } });
    expect(row).toMatchObject({ state, fix });
    expect(row.undo).toEqual(hasCa === true ? ['certutil.exe -user -delstore Root AB'] : []);
  });

  it('is a host that a container cannot check', () => {
    expect(rowOf('host', { container: true })).toMatchObject({ state: 'unknown', fix: [] });
    expect(rowOf('host', { container: true }).note).toContain("mount the host's CAROOT");
  });

  it('does not exist on a real machine', () => {
    const names = trustTable(evidenceOf()).map(({ store }) => store);
    expect(names).toEqual(['system', 'chromium', 'firefox', 'node']);
  });
});

describe('the table for people', () => {
  it('is short if everything is fine', () => {
    const databases = [chromium({ answer: 'trusted' })];
    const extra = { path: rootPath, readable: true, hasCa: true };
    const rows = trustTable(evidenceOf({ system: { hasCa: true }, databases, node: { extra } }));
    expect(trustText(rows)).toMatchInlineSnapshot(`
      "Which clients trust this machine's development CA
        ✓ System           trusted      curl, openssl, git, wget, GNOME Web
        ✓ Chromium         trusted      Chromium, Chrome, Edge, Brave, Vivaldi
        - Firefox          not found    Firefox
        ✓ Node.js 20.19.0  trusted      fetch, ws and other clients in Node.js
            Checked for the Node.js that runs this command.
        Not checked: Java (its own keystore, see keytool), Deno
        (DENO_TLS_CA_STORE=system), Bun (NODE_EXTRA_CA_CERTS)."
    `);
  });

  it('has the fix below each store that does not trust the CA', () => {
    const databases = [chromium({ answer: 'none', exists: false }), firefox({ answer: 'unasked' })];
    const rows = trustTable(
      evidenceOf({
        databases,
        tools: noTools,
        container: true,
        node: { extra: { path: '/corp/ca.pem', readable: true, hasCa: false } },
      }),
    );
    expect(trustText(rows)).toMatchInlineSnapshot(`
      "Which clients trust this machine's development CA
        ✗ System                 not trusted  curl, openssl, git, wget, GNOME Web
            $ sudo cp /home/me/ca/rootCA.pem /usr/local/share/ca-certificates/mkcert_development_CA_171.crt
            $ sudo update-ca-certificates
        ✗ Chromium               not trusted  Chromium, Chrome, Edge, Brave, Vivaldi
            There is no database yet.
            $ sudo apt-get install libnss3-tools
            $ mkdir -p -m 700 /home/me/.local/share/pki/nssdb
            $ certutil -A -d sql:/home/me/.local/share/pki/nssdb -t C,, -n 'mkcert development CA 171' -i /home/me/ca/rootCA.pem
        ? Firefox (abc.default)  unknown      Firefox
            Only certutil can read it, which is not installed.
            $ sudo apt-get install libnss3-tools
            $ certutil -A -d sql:/home/me/.mozilla/firefox/abc.default -t C,, -n 'mkcert development CA 171' -i /home/me/ca/rootCA.pem
        ? Host                   unknown      browsers outside this container
            It cannot be checked from here. Run mkcert on the host, and mount the
            host's CAROOT here.
        ✗ Node.js 20.19.0        not trusted  fetch, ws and other clients in Node.js
            Checked for the Node.js that runs this command. It does not read the
            system's trust store. NODE_EXTRA_CA_CERTS is /corp/ca.pem, which does not
            contain the CA.
            $ sh -c 'awk 1 "$1" "$2" >"$0"' /home/me/node-extra-ca-certs.pem /corp/ca.pem /home/me/ca/rootCA.pem
            $ export NODE_EXTRA_CA_CERTS=/home/me/node-extra-ca-certs.pem
        Not checked: Java (its own keystore, see keytool), Deno
        (DENO_TLS_CA_STORE=system), Bun (NODE_EXTRA_CA_CERTS)."
    `);
  });

  it('wraps sentences but not commands', () => {
    const folder = `/home/me/${'long/'.repeat(30)}nssdb`;
    const lines = trustText(
      trustTable(evidenceOf({ databases: [chromium({ folder, ignored: '/a b' })] })),
    );
    const long = lines.split('\n').filter((line) => line.length > 100);
    expect(long).toHaveLength(1);
    expect(long[0]).toMatch(/^ {6}\$ certutil -A .* -i \/home\/me\/ca\/rootCA\.pem$/);
  });
});

describe('the fewest commands', () => {
  const certs = ['npx', 'create-fastify-wss@1.2.3', 'certs', '--install'];
  const install = 'npx create-fastify-wss@1.2.3 certs --install';
  const holding = { system: { hasCa: true } };
  const get = 'sudo apt-get install';
  const rows: [string, Differing, string[]][] = [
    ['nothing is left', holding, []],
    ['the system is left', {}, [install]],
    ['system and browsers are left', { databases: [chromium(), firefox()] }, [install]],
    [
      'one database is left',
      { ...holding, databases: [chromium()] },
      [expect.stringMatching(/^certutil -A -d sql:\/home\/me\/\.local/)],
    ],
    ['two databases are left', { ...holding, databases: [chromium(), firefox()] }, [install]],
    [
      'certutil is missing',
      { databases: [chromium({ answer: 'unasked' })], tools: { certutil: false } },
      [`${get} libnss3-tools`, install],
    ],
    ['mkcert is missing', { tools: { mkcert: false } }, [`${get} mkcert`, install]],
    [
      'both are missing',
      { databases: [chromium()], tools: noTools },
      [`${get} mkcert libnss3-tools`, install],
    ],
    [
      'both are missing on an unknown system',
      { tools: { ...noTools, packages: undefined } },
      [`sudo cp ${rootPath} ${certAuto}`, 'sudo update-ca-certificates'],
    ],
    ['the system is excluded', { trustStores: ['nss'] }, []],
    [
      'a variable names another file',
      {
        system: { hasCa: true, variables: { CURL_CA_BUNDLE: other } },
        databases: [chromium(), firefox()],
      },
      [install, 'unset CURL_CA_BUNDLE'],
    ],
    [
      'Windows, which runs this Linux, is left',
      { ...holding, windows: { hasCa: false, path: 'C:/ca.pem' } },
      ['certutil.exe -user -addstore Root C:/ca.pem'],
    ],
    [
      'the state is unknown',
      { ...mac, system: { hasCa: undefined, ...unknownAnchors } },
      [install],
    ],
  ];
  it.each(rows)('if %s', (_what, differing, commands) => {
    const evidence = evidenceOf(differing);
    const left = remainingCommands({ rows: trustTable(evidence), tools: evidence.tools }, certs);
    expect(left.map((words) => quoteCommand(words, 'linux'))).toEqual(commands);
  });
});

describe('an installation', () => {
  const rows: [string, Differing, boolean][] = [
    [
      'changed all stores',
      { system: { hasCa: true }, databases: [chromium({ answer: 'trusted' })] },
      true,
    ],
    ['did not change the system', { databases: [chromium({ answer: 'trusted' })] }, false],
    ['excluded the system', { trustStores: ['nss'] }, true],
    ['did not change a browser', { system: { hasCa: true }, databases: [chromium()] }, false],
    ['did not change one profile', { system: { hasCa: true }, databases: [firefox()] }, false],
    ['cannot be checked', { platform: 'darwin', system: { hasCa: undefined } }, true],
  ];
  it.each(rows)('that %s: %j is successful: %s', (_what, differing, good) => {
    expect(isComplete(trustTable(evidenceOf(differing)))).toBe(good);
  });

  it('reports what it added, and how to undo all of it', () => {
    const table = trustTable(evidenceOf({ databases: [chromium({ answer: 'trusted' })] }));
    const added = table.filter(({ store }) => store === 'chromium');
    expect(addedText(added)).toMatchInlineSnapshot(`
      "Added for Chromium with certutil: /home/me/.local/share/pki/nssdb
      To undo this:
        mkcert -uninstall
        certutil -D -d sql:/home/me/.local/share/pki/nssdb -n 'mkcert development CA 171'"
    `);
  });

  it('that failed prints the output of mkcert, without certificates', () => {
    const table = trustTable(evidenceOf({ databases: [chromium({ answer: 'other' })] }));
    const pem = '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n';
    const output = `ERROR: failed to execute "tee"\n${pem}tee: Permission denied\n`;
    expect(failedText({ output, rows: table, failures: ['Firefox: locked'] }))
      .toMatchInlineSnapshot(`
      "ERROR: failed to execute "tee"
      tee: Permission denied
      Firefox: locked
      System does not trust the CA.
      Chromium does not trust the CA. In the database, another certificate has the CA's name."
    `);
  });
});
