import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { addressSpace, isDevelopmentHost } from '../../src/core/address-space.js';
import { bareHost, bracketed, isBelow, originOf, shortForm } from '../../src/core/hosts.js';
import { isEverywhere, isLoopbackHost, reachedAt } from '../../src/core/loopback.js';
import { portOf } from '../../src/core/ports.js';
import { root } from '../support/cli.js';

describe('an address', () => {
  it.each([
    ['127.8.9.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'local'],
    ['172.31.255.255', 'local'],
    ['172.32.0.0', 'public'],
    ['192.168.1.10', 'local'],
    ['::ffff:192.168.1.10', 'local'],
    ['fe80::1%eth0', 'local'],
    ['fd12:3456::1', 'local'],
    ['2606:4700::1111', 'public'],
    ['8.8.8.8', 'public'],
    ['localhost', undefined],
    ['1.2.3', undefined],
    ['::g', undefined],
  ])('%s is %s', (address, space) => {
    expect(addressSpace(address)).toBe(space);
  });

  it.each([
    ['localhost', true],
    ['app.localhost.', true],
    ['127.1.2.3', true],
    ['[::1]', true],
    ['localhost.example', false],
    ['127.example', false],
    ['192.168.1.1', false],
  ])('of a host: %s is of this machine: %s', (host, local) => {
    expect(isLoopbackHost(host)).toBe(local);
  });
});

describe('a host', () => {
  it.each([
    // host, of this machine, how far it reaches, for a development CA
    ['localhost', true, undefined, true],
    ['localhost.', true, undefined, true],
    ['LocalHost', true, undefined, true],
    ['app.localhost', true, undefined, true],
    ['notlocalhost', false, undefined, true],
    ['localhost.example', false, undefined, false],
    ['127.0.0.1', true, 'loopback', true],
    ['127.255.0.9', true, 'loopback', true],
    ['127.example.com', false, undefined, false],
    ['::1', true, 'loopback', true],
    ['[::1]', true, 'loopback', true],
    ['::ffff:127.0.0.1', true, 'loopback', true],
    ['[::ffff:7f00:1]', true, 'loopback', true],
    ['[::ffff:8.8.8.8]', false, 'public', false],
    ['0.0.0.0', false, 'loopback', true],
    ['[::]', false, 'loopback', true],
    ['10.0.0.1', false, 'local', true],
    ['10.example.com', false, undefined, false],
    ['100.64.0.1', false, 'local', true],
    ['100.128.0.1', false, 'public', false],
    ['169.254.1.1', false, 'local', true],
    ['172.15.255.255', false, 'public', false],
    ['172.16.0.1', false, 'local', true],
    ['192.168.0.1', false, 'local', true],
    ['192.168.example.org', false, undefined, false],
    ['[fe80::1]', false, 'local', true],
    ['fe80::1%eth0', false, 'local', true],
    ['fec0::1', false, 'local', true],
    ['[fd00::1]', false, 'local', true],
    ['2001:db8::1', false, 'local', true],
    ['3fff:fff::1', false, 'local', true],
    ['3fff:1000::1', false, 'public', false],
    ['2606:4700:4700::1111', false, 'public', false],
    ['1.1.1.1', false, 'public', false],
    ['intranet', false, undefined, true],
    ['app.test.', false, undefined, true],
    ['printer.local', false, undefined, true],
    ['api.internal', false, undefined, true],
    ['nas.home.arpa', false, undefined, true],
    ['test.example.com', false, undefined, false],
    ['fd.example.com', false, undefined, false],
  ])(
    '%s: of this machine %s, %s, for a development CA %s',
    (host, loopback, space, development) => {
      expect([isLoopbackHost(host), addressSpace(host), isDevelopmentHost(host)]).toEqual([
        loopback,
        space,
        development,
      ]);
    },
  );

  it.each([
    ['localhost', 'localhost', 'localhost'],
    ['App.Test.', 'app.test', 'app.test'],
    ['[::1]', '::1', '[::1]'],
    ['::1', '::1', '[::1]'],
    ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ])('%s is %s, and %s in a URL', (host, bare, inUrl) => {
    expect([bareHost(host), bracketed(bareHost(host))]).toEqual([bare, inUrl]);
  });

  it.each([
    ['0:0:0:0:0:0:0:1', '::1'],
    ['app.test', 'app.test'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s is %s in short', (text, short) => {
    expect(shortForm(text)).toBe(short);
  });

  it('is below a name by whole labels', () => {
    expect(isBelow('a.home.arpa', ['home.arpa'])).toBe(true);
    expect(isBelow('ahome.arpa', ['home.arpa'])).toBe(false);
  });

  it.each([
    ['localhost', false, '127.0.0.1'],
    ['0.0.0.0', true, '127.0.0.1'],
    ['::', true, '127.0.0.1'],
    ['::1', false, '::1'],
    ['10.0.0.1', false, '10.0.0.1'],
  ])('%s listens everywhere: %s; a proxy reaches it at %s', (host, all, address) => {
    expect([isEverywhere(host), reachedAt(host)]).toEqual([all, address]);
  });
});

describe('a port', () => {
  it.each([
    ['http://a.test/', 80],
    ['ws://a.test/', 80],
    ['https://a.test/', 443],
    ['wss://a.test/', 443],
    ['wss://a.test:8443/', 8443],
    ['app://a.test/', 0],
  ])('of %s is %s', (url, port) => {
    expect(portOf(new URL(url))).toBe(port);
  });

  it.each([
    [originOf('https', 'a.test'), 'https://a.test'],
    [originOf('https', '::1', 443), 'https://[::1]'],
    [originOf('http', '::1', 443), 'http://[::1]:443'],
  ])('that is the usual one of its scheme is not in the origin %s', (origin, expected) => {
    expect(origin).toBe(expected);
  });
});

/** Where the facts about hosts, addresses and ports are kept. */
const homes = ['hosts', 'address-space', 'loopback', 'ports'].map((name) => `core/${name}.ts`);

/** What a regular expression has that judges hosts by itself. */
const hostPattern = /localhost|127|192\W*168|::1|^\^\\\[/;

/** What a text is that is such a fact: a range of addresses, a usual port, a bracket. */
const hostText = /^[\d.]+\/\d+$|^[\da-f:]+\/\d+$|^443$|^\[$/;

/** @returns what of a file is a fact about hosts, as it is written there */
function factsIn(source: string): string[] {
  const found: string[] = [];
  const visitor = new Visitor({
    Literal: (node) => {
      const isFact =
        'regex' in node ? hostPattern.test(node.regex.pattern) : hostText.test(String(node.value));
      found.push(...(isFact ? [source.slice(node.start, node.end)] : []));
    },
    TemplateElement: ({ value }) => {
      found.push(...(value.raw.endsWith('://[') ? [value.raw] : []));
    },
    Identifier: ({ name }) => {
      found.push(...(name === 'canParse' ? [name] : []));
    },
  });
  visitor.visit(parseSync('source.ts', source).program);
  return found;
}

describe('a fact about hosts', () => {
  it.each([
    ['/^(localhost|::1)$/.test(host)', '/^(localhost|::1)$/'],
    ['/^127\\..*/.test(host)', '/^127\\..*/'],
    ['/192\\.168\\..*/.test(host)', '/192\\.168\\..*/'],
    ["host.replace(/^\\[|\\]$/g, '')", '/^\\[|\\]$/g'],
    ["range('10.0.0.0/8')", "'10.0.0.0/8'"],
    ["range('fe80::/10')", "'fe80::/10'"],
    ['const port = 443', '443'],
    ['URL.canParse(text)', 'canParse'],
  ])('is found in %s', (source, fact) => {
    expect(factsIn(source)).toEqual([fact]);
  });

  it('has no second home', () => {
    const src = join(root, 'src');
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !homes.includes(path),
    );
    expect(files.length).toBeGreaterThan(30);
    const second = files.flatMap((path) =>
      factsIn(readFileSync(join(src, path), 'utf8')).map((fact) => `${path}: ${fact}`),
    );
    expect(second).toEqual([]);
  });
});
