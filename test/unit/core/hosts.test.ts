import { describe, expect, it } from 'vitest';
import { addressSpace, isDevelopmentHost } from '../../../src/core/address-space.js';
import { bareHost, bracketed, isBelow, originOf, shortForm } from '../../../src/core/hosts.js';
import { isEverywhere, isLoopbackHost, reachedAt } from '../../../src/core/loopback.js';
import { portOf } from '../../../src/core/ports.js';

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
  ])('%s is shortened to %s', (text, short) => {
    expect(shortForm(text)).toBe(short);
  });

  it('matches a suffix only by complete labels', () => {
    expect(isBelow('a.home.arpa', ['home.arpa'])).toBe(true);
    expect(isBelow('ahome.arpa', ['home.arpa'])).toBe(false);
  });

  it.each([
    ['localhost', false, '127.0.0.1'],
    ['0.0.0.0', true, '127.0.0.1'],
    ['::', true, '127.0.0.1'],
    ['::1', false, '::1'],
    ['10.0.0.1', false, '10.0.0.1'],
  ])('%s listens on all addresses: %s; a proxy reaches it at %s', (host, all, address) => {
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
  ])('that is the default of its scheme is not in the origin %s', (origin, expected) => {
    expect(origin).toBe(expected);
  });
});
