import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate, webcrypto } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { judge } from '../../../src/doctor/judge.js';
import { readProject } from '../../../src/doctor/probes/project.js';
import { factsOf } from '../../../src/ca/certificate-facts.js';
import { answersOf } from '../../support/combinations.js';
import { diagnosed, evidenceFor, isWhole, renderInto, write } from '../../support/diagnosed.js';
import { describeWith } from '../../support/needs.js';
import { clientUsage, make, serverUsage, type Issued } from '../../support/pki.js';

const hosts = ['localhost', '127.0.0.1', '::1'];
const place = { folder: '' };
beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-doctor-'));
});
afterEach(() => rmSync(place.folder, { recursive: true }));

const made: Record<string, Issued> = {};
function issued(name: string): Issued {
  const found = made[name];
  if (found === undefined) {
    throw new Error(`${name} was not made.`);
  }
  return found;
}

beforeAll(async () => {
  const mkcert = { O: 'mkcert development CA' };
  const ca = await make({ name: `O=${mkcert.O}, CN=mkcert me`, isCa: true });
  const common = { name: 'O=server', hosts, by: ca, usage: serverUsage };
  Object.assign(made, {
    ca,
    good: await make(common),
    other: await make(common),
    rsa: await make({ ...common, bits: 2048 }),
    expired: await make({ ...common, from: -20, to: -10 }),
    early: await make({ ...common, from: 10, to: 20 }),
    elsewhere: await make({ ...common, hosts: ['chat.example.com'] }),
    partly: await make({ ...common, hosts: ['localhost'] }),
    nameless: await make({ name: 'CN=localhost', by: ca, usage: serverUsage }),
    client: await make({ ...common, usage: clientUsage }),
    weak: await make({ ...common, bits: 1024 }),
    all: await make({
      name: 'O=server',
      hosts: ['chat.example.com'],
      by: ca,
      usage: clientUsage,
      bits: 1024,
      from: -20,
      to: -10,
    }),
  });
});

interface Given {
  key?: string | Buffer | undefined;
  cert?: string | Buffer | undefined;
  /** Additional lines of `.env`, or other files. */
  env?: string;
  files?: Record<string, string | Buffer>;
}

/** A project of each kind: its pair comes from the script, or from the user. */
function projectWith({ key, cert, env = '', files = {} }: Given, own: boolean): string {
  const answers = answersOf(
    own ? { certSource: 'files', keyFile: 'own/key.pem', certFile: 'own/cert.pem' } : {},
  );
  const folder = own ? 'own' : 'certs';
  renderInto(place.folder, answers, files);
  write(place.folder, { [`${folder}/key.pem`]: key, [`${folder}/cert.pem`]: cert });
  const text = readFileSync(join(place.folder, '.env'), 'utf8');
  write(place.folder, { '.env': `${text}\n${env}\n` });
  return place.folder;
}

function codesOf(given: Given, own: boolean): string[] {
  const verdicts = diagnosed(projectWith(given, own));
  expect(verdicts.filter((verdict) => !isWhole(verdict))).toEqual([]);
  return verdicts.map(({ code, severity }) =>
    severity === 'warning' ? `${code} (warning)` : code,
  );
}

function der(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
}

function encrypted({ key }: Issued, passphrase: string, type: 'pkcs8' | 'sec1' = 'pkcs8'): string {
  const options = { type, format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
  return createPrivateKey(key).export(options).toString();
}

function cutOff(text: string): string {
  return text.slice(0, text.length / 2);
}

async function requestFor({ keys }: Issued): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: 'CN=localhost', keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
    webcrypto,
  );
  return `${request.toString('pem')}\n`;
}

type Row = [string, () => Given | Promise<Given>, string[]];

function pair(name: string): Given {
  const { key, cert } = issued(name);
  return { key, cert };
}

const rows: Row[] = [
  ['a good pair', () => pair('good'), []],
  ['a good pair of RSA', () => pair('rsa'), []],
  ['no files', () => ({}), ['unreadable-file']],
  ['no key', () => ({ cert: issued('good').cert }), ['unreadable-file']],
  ['no certificate', () => ({ key: issued('good').key }), ['unreadable-file']],
  [
    'a key of another certificate',
    () => ({ ...pair('good'), key: issued('other').key }),
    ['key-mismatch'],
  ],
  [
    'an RSA key and an EC certificate',
    () => ({ ...pair('good'), key: issued('rsa').key }),
    ['key-mismatch'],
  ],
  [
    'an EC key and an RSA certificate',
    () => ({ ...pair('rsa'), key: issued('good').key }),
    ['key-mismatch'],
  ],
  [
    'a chain in the wrong order',
    () => ({ ...pair('good'), cert: issued('ca').cert + issued('good').cert }),
    ['key-mismatch'],
  ],
  [
    'a chain in the right order',
    () => ({ ...pair('good'), cert: issued('good').cert + issued('ca').cert }),
    [],
  ],
  [
    'the key and the certificate swapped',
    () => ({ key: issued('good').cert, cert: issued('good').key }),
    ['not-pem'],
  ],
  [
    'both in both files',
    () => ({
      key: issued('good').cert + issued('good').key,
      cert: issued('good').key + issued('good').cert,
    }),
    [],
  ],
  [
    'a public key',
    () => ({
      ...pair('good'),
      key: createPublicKey(issued('good').key).export({ type: 'spki', format: 'pem' }).toString(),
    }),
    ['not-pem'],
  ],
  ['a key in DER', () => ({ ...pair('good'), key: der(issued('good').key) }), ['not-pem']],
  [
    'a certificate in DER',
    () => ({ ...pair('good'), cert: der(issued('good').cert) }),
    ['not-pem'],
  ],
  [
    'a certificate request instead of the certificate',
    async () => ({ ...pair('good'), cert: await requestFor(issued('good')) }),
    ['not-pem'],
  ],
  ['an empty key', () => ({ ...pair('good'), key: '' }), ['not-pem']],
  ['an empty certificate', () => ({ ...pair('good'), cert: '\n' }), ['not-pem']],
  [
    'a key in one line',
    () => ({ ...pair('good'), key: issued('good').key.replaceAll('\n', '') }),
    ['not-pem'],
  ],
  [
    'a certificate in one line',
    () => ({ ...pair('good'), cert: issued('good').cert.replaceAll('\n', ' ') }),
    ['not-pem'],
  ],
  [
    'a key with literal \\n',
    () => ({ ...pair('good'), key: issued('good').key.replaceAll('\n', '\\n') }),
    ['not-pem'],
  ],
  ['an incomplete key', () => ({ ...pair('good'), key: cutOff(issued('good').key) }), ['not-pem']],
  [
    'an incomplete certificate',
    () => ({ ...pair('good'), cert: cutOff(issued('good').cert) }),
    ['not-pem'],
  ],
  [
    'an incomplete chain',
    () => ({ ...pair('good'), cert: issued('good').cert + cutOff(issued('ca').cert) }),
    ['not-pem'],
  ],
  [
    'text that is not PEM',
    () => ({ ...pair('good'), key: 'PuTTY-User-Key-File-2: ssh-rsa' }),
    ['not-pem'],
  ],
  [
    'files with CRLF and a byte order mark',
    () => ({
      key: `\uFEFF${issued('good').key.replaceAll('\n', '\r\n')}`,
      cert: `\uFEFF${issued('good').cert.replaceAll('\n', '\r\n')}`,
    }),
    [],
  ],
  [
    'an encrypted key without a passphrase',
    () => ({ ...pair('good'), key: encrypted(issued('good'), 'secret') }),
    ['encrypted-key'],
  ],
  [
    'an encrypted key of the older form',
    () => ({ ...pair('good'), key: encrypted(issued('good'), 'secret', 'sec1') }),
    ['encrypted-key'],
  ],
  [
    'an encrypted key with another passphrase',
    () => ({
      ...pair('good'),
      key: encrypted(issued('good'), 'secret'),
      env: 'KEY_PASSPHRASE=wrong',
    }),
    ['encrypted-key'],
  ],
  [
    'an encrypted key with its passphrase',
    () => ({
      ...pair('good'),
      key: encrypted(issued('good'), 'secret'),
      env: 'KEY_PASSPHRASE=secret',
    }),
    [],
  ],
  [
    'an incomplete encrypted key',
    () => ({ ...pair('good'), key: cutOff(encrypted(issued('good'), 'secret')) }),
    ['not-pem'],
  ],
  ['a passphrase that no key needs', () => ({ ...pair('good'), env: 'KEY_PASSPHRASE=secret' }), []],
  ['an expired certificate', () => pair('expired'), ['expired']],
  ['a certificate that is not valid yet', () => pair('early'), ['not-yet-valid']],
  ['a certificate for another name', () => pair('elsewhere'), ['name-mismatch']],
  ['a certificate for some of the names', () => pair('partly'), ['name-mismatch (warning)']],
  ['a certificate without subjectAltName', () => pair('nameless'), ['no-subject-alt-name']],
  ['a certificate for clients', () => pair('client'), ['not-a-server-certificate']],
  ['a short key', () => pair('weak'), ['weak-key']],
  [
    'a certificate with every fault',
    () => pair('all'),
    ['expired', 'name-mismatch', 'not-a-server-certificate', 'weak-key'],
  ],
  [
    'a chain file',
    () => ({
      ...pair('good'),
      env: 'CA_CERT=chain.pem',
      files: { 'chain.pem': issued('ca').cert },
    }),
    [],
  ],
  [
    'a chain file that is missing',
    () => ({ ...pair('good'), env: 'CA_CERT=chain.pem' }),
    ['unreadable-file'],
  ],
  [
    'a chain file that is not PEM',
    () => ({ ...pair('good'), env: 'CA_CERT=chain.pem', files: { 'chain.pem': 'chain' } }),
    ['not-pem (warning)'],
  ],
  [
    'an incomplete chain file',
    () => ({
      ...pair('good'),
      env: 'CA_CERT=chain.pem',
      files: { 'chain.pem': cutOff(issued('ca').cert) },
    }),
    ['not-pem'],
  ],
  [
    'a chain file whose second certificate is incomplete',
    () => ({
      ...pair('good'),
      env: 'CA_CERT=chain.pem',
      files: { 'chain.pem': issued('ca').cert + cutOff(issued('ca').cert) },
    }),
    ['not-pem'],
  ],
];

describe.each([
  ['the development pair', false],
  ["the user's own files", true],
])('%s', (_kind, own) => {
  it.each(rows)('%s', async (_name, given, codes) => {
    expect(codesOf(await given(), own)).toEqual(codes);
  });

  it('a folder in place of the key', () => {
    const folder = projectWith({ cert: issued('good').cert }, own);
    mkdirSync(join(folder, own ? 'own' : 'certs', 'key.pem'));
    const [verdict, ...more] = diagnosed(folder);
    expect(more).toEqual([]);
    expect(verdict?.code).toBe('unreadable-file');
    expect(verdict?.cause).toContain('key.pem is a folder');
  });
});

describeWith(['openssl'], 'formats that OpenSSL creates', () => {
  function openssl(args: string[], input?: string): Buffer {
    return execFileSync('openssl', args, { cwd: place.folder, stdio: 'pipe', input });
  }

  it('PKCS#12 contains what both settings need', () => {
    write(place.folder, { key: issued('good').key, cert: issued('good').cert });
    const pass = ['-passout', 'pass:'];
    openssl(['pkcs12', '-export', '-inkey', 'key', '-in', 'cert', '-out', 'both.p12', ...pass]);
    const both = readFileSync(join(place.folder, 'both.p12'));
    const [verdict, ...more] = diagnosed(projectWith({ key: both, cert: both }, true));
    expect(more).toEqual([]);
    expect(verdict?.code).toBe('not-pem');
    expect(verdict?.evidence).toBe('PRIV_KEY=own/key.pem: pkcs12. CERT_KEY=own/cert.pem: pkcs12.');
    const passwordless = [...(verdict?.commands[1]?.slice(1) ?? []), '-passin', 'pass:'];
    openssl(passwordless);
    expect(readFileSync(join(place.folder, 'own/cert.pem.cert.pem'), 'utf8')).toContain(
      'BEGIN CERTIFICATE',
    );
  });

  it('PKCS#7 contains certificates, and the command extracts them', () => {
    write(place.folder, { cert: issued('good').cert });
    const bundle = openssl(['crl2pkcs7', '-nocrl', '-certfile', 'cert']);
    const [verdict] = diagnosed(projectWith({ ...pair('good'), cert: bundle }, true));
    expect(verdict?.evidence).toBe('CERT_KEY=own/cert.pem: pkcs7.');
    openssl(verdict?.commands[0]?.slice(1) ?? []);
    const taken = new X509Certificate(readFileSync(join(place.folder, 'own/cert.pem.pem')));
    expect(taken.raw.equals(new X509Certificate(issued('good').cert).raw)).toBe(true);
  });

  it.each([
    ['key', () => ({ ...pair('good'), key: der(issued('good').key) })],
    ['cert', () => ({ ...pair('good'), cert: der(issued('good').cert) })],
  ])('the command converts DER to PEM: %s', (name, given) => {
    const [verdict] = diagnosed(projectWith(given(), true));
    openssl(verdict?.commands[0]?.slice(1) ?? []);
    const text = readFileSync(join(place.folder, `own/${name}.pem.pem`), 'utf8');
    expect(text).toContain(name === 'key' ? 'PRIVATE KEY' : 'BEGIN CERTIFICATE');
  });
});

describe('the fix', () => {
  it('for a chain in the wrong order keeps the files, and only the order is reported', () => {
    const cert = issued('ca').cert + issued('good').cert;
    const project = readProject(projectWith({ key: issued('good').key, cert }, false), {});
    const verdicts = judge(evidenceFor(project));
    expect(verdicts.map(({ code, commands }) => [code, commands])).toEqual([['key-mismatch', []]]);
    expect(verdicts[0]?.fix).toMatch(/^Move certificate 2 to the start of certs\/cert\.pem/);
  });

  it('never replaces a certificate of a CA that is not for development', () => {
    const project = readProject(projectWith(pair('expired'), false), {});
    const trust = {
      signer: 'other',
      sent: 1,
      needed: 1,
      issuer: 'CN=Public CA',
      complete: false,
      logged: true,
    } as const;
    const more = { trust: { ...trust, above: [], stores: [] } };
    const verdicts = judge(evidenceFor(project, more));
    expect(verdicts.flatMap(({ commands }) => commands)).toEqual([]);
    expect(verdicts.map(({ code }) => code)).toContain('expired');
  });

  function wayOutOf(given: Given, own: boolean): [string, string[]] {
    const [verdict] = diagnosed(projectWith(given, own));
    return [verdict?.fix ?? '', verdict?.commands.map((words) => quoteCommand(words)) ?? []];
  }

  it.each<[string, () => Given, string]>([
    ['both are missing', () => ({}), 'npm install, npm run certs'],
    [
      "mkcert's certificate has expired",
      () => pair('expired'),
      'npx create-fastify-wss certs --overwrite',
    ],
    [
      'the key is missing',
      () => ({ cert: issued('good').cert }),
      'npx create-fastify-wss certs --overwrite',
    ],
    [
      'the key belongs to another certificate',
      () => ({ ...pair('good'), key: issued('other').key }),
      'npx create-fastify-wss certs --overwrite',
    ],
    [
      'the certificate is missing',
      () => ({ key: issued('good').key }),
      'npx create-fastify-wss certs --overwrite',
    ],
    [
      'the key is empty',
      () => ({ ...pair('good'), key: '' }),
      'npx create-fastify-wss certs --overwrite',
    ],
  ])('for the development pair is a command: %s', (_name, given, command) => {
    expect(wayOutOf(given(), false)[1].join(', ')).toBe(command);
  });

  it.each<[string, () => Given, string]>([
    [
      'missing',
      () => ({}),
      'Correct PRIV_KEY and CERT_KEY in .env, or put the files at these paths.',
    ],
    [
      'swapped',
      () => ({ key: issued('good').cert, cert: issued('good').key }),
      'Swap PRIV_KEY and CERT_KEY in .env.',
    ],
    [
      'encrypted',
      () => ({ ...pair('good'), key: encrypted(issued('good'), 'x') }),
      'Set KEY_PASSPHRASE in .env.',
    ],
    [
      'expired',
      () => pair('expired'),
      'Renew the certificate, and save it as the file in CERT_KEY.',
    ],
  ])("for the user's own files is up to the user: %s", (_name, given, fix) => {
    expect(wayOutOf(given(), true)).toEqual([fix, []]);
  });

  it('for a missing chain is not a new pair', () => {
    const [fix, commands] = wayOutOf({ ...pair('good'), env: 'CA_CERT=chain.pem' }, false);
    expect(commands).toEqual([]);
    expect(fix).toContain('CA_CERT');
  });

  it('names the package manager of the project', () => {
    renderInto(place.folder, answersOf({ packageManager: 'pnpm' }));
    expect(diagnosed(place.folder).map(({ commands }) => commands)).toEqual([
      [
        ['pnpm', 'install'],
        ['pnpm', 'certs'],
      ],
    ]);
  });
});

describe('the server that terminates TLS', () => {
  const proxy = { certSource: 'proxy', domain: 'chat.example.com' } as const;

  it.each(['caddy', 'nginx'] as const)('is %s, by the files of the project', (reverseProxy) => {
    renderInto(place.folder, answersOf({ ...proxy, reverseProxy }));
    const [verdict] = diagnosed(place.folder);
    expect(verdict?.cause).toBe(
      'certs/key.pem and certs/cert.pem do not exist, so the local proxy cannot start.',
    );
    write(place.folder, {
      'certs/key.pem': issued('good').key,
      'certs/cert.pem': issued('good').cert,
    });
    expect(diagnosed(place.folder)).toEqual([]);
  });

  it('is a proxy on another machine, whose files are not here', () => {
    renderInto(place.folder, answersOf({ ...proxy, origins: ['https://chat.example.com'] }));
    expect(diagnosed(place.folder)).toEqual([]);
  });

  it('does not exist without HTTPS', () => {
    renderInto(place.folder, answersOf({ https: false }));
    expect(diagnosed(place.folder)).toEqual([]);
  });

  it('is judged by the certificate that it sends, if the file has the same one', () => {
    const folder = projectWith(pair('all'), false);
    const { cert } = issued('all');
    const verdicts = diagnosed(
      folder,
      {},
      { tls: { end: 'secure', chain: [factsOf(new X509Certificate(cert), 'localhost')] } },
    );
    expect(verdicts).toEqual([]);
  });
});
