import { describe, expect, it } from 'vitest';
import { blockedPorts } from '../../../src/core/ports.js';
import { rules } from '../../../src/doctor/rules/rules.js';
import { unsafePort } from '../../../src/doctor/rules/unsafe-port.js';
import type { PageEvidence, PagePolicy } from '../../../src/doctor/page-evidence.js';
import { pageEvidence } from '../../support/page-evidence.js';

function said(evidence: Parameters<typeof pageEvidence>[0]) {
  const judges = rules.map(({ code, page }) => ({ code, judge: page }));
  return [{ code: unsafePort.code, judge: unsafePort.address }, ...judges].flatMap(
    ({ code, judge }) => {
      const finding = judge?.(pageEvidence(evidence));
      return finding === undefined ? [] : [{ code, severity: 'blocking', ...finding }];
    },
  );
}

function header(text: string): PagePolicy[] {
  return [{ text, from: 'header' }];
}

function policies(text: string): Partial<PageEvidence> {
  return { policies: header(text) };
}

const far = { address: '203.0.113.7' };
const plain = 'http://app.example/';

describe('the rules of a page', () => {
  it.each([
    ['wss://api.example/', undefined, []],
    ['wss://api.example/', {}, []],
    ['wss://api.example:6000/', undefined, ['unsafe-port']],
    ['ws://api.example/', {}, ['mixed-content']],
    ['ws://api.example/', { url: plain }, []],
    ['ws://localhost:3000/', {}, []],
    ['ws://192.168.1.10:3000/', {}, ['mixed-content']],
    ['ws://api.example/', { error: 'ECONNREFUSED' }, ['page-not-reached', 'mixed-content']],
    ['wss://api.example/', { url: 'nonsense', error: 'no address at all' }, ['page-not-reached']],
    ['wss://api.example/', far, ['local-network-access']],
    ['wss://api.example/', policies('treat-as-public-address'), ['local-network-access']],
    ['wss://api.example/', policies("connect-src 'self'"), ['content-security-policy']],
    ['wss://app.example/', policies("connect-src 'self'"), []],
    ['ws://api.example/', policies('connect-src wss://api.example'), ['mixed-content']],
    ['wss://app.example/', policies('sandbox'), ['content-security-policy']],
    ['ws://api.example/', policies('upgrade-insecure-requests'), ['content-security-policy']],
    ['wss://api.example/', policies('upgrade-insecure-requests'), []],
  ])('%s from %j: %j', (url, page, codes) => {
    const found = said(page === undefined ? { url } : { url, page });
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(found.every(({ clients }) => clients?.[0] === 'browser')).toBe(true);
  });

  it('report nothing for a public server', () => {
    expect(said({ url: 'wss://api.example/', page: far, addresses: ['198.51.100.7'] })).toEqual([]);
  });

  it.each([
    [{ ...far, url: plain }, ['127.0.0.1'], []],
    [{ ...far, url: plain }, ['127.0.0.1', '198.51.100.7'], ['healthy']],
    [far, ['127.0.0.1'], ['healthy']],
  ])('report for %j and %j the alternatives %j', (page, addresses, alternatives) => {
    const [finding] = said({ url: 'wss://api.example/', page, addresses });
    expect(finding?.alternatives).toEqual(alternatives);
  });

  it('explain what makes a page public', () => {
    const fixes = [far, policies('treat-as-public-address')].map(
      (page) => said({ url: 'wss://api.example/', page })[0]?.fix.split(/[,.] (?:or|Or) /)[0],
    );
    expect(fixes).toEqual([
      'In development, open the page from this machine or network',
      'Remove treat-as-public-address from the Content-Security-Policy header',
    ]);
  });

  it('do not suggest that a server lists null', () => {
    const seen = pageEvidence({ url: 'wss://api.example/', page: {}, status: 403 });
    const [opened] = [pageEvidence({ url: 'wss://api.example/' }).upgrade];
    const frames = { pong: true, pings: 0, messages: 0, end: 'open', invalid: false } as const;
    const findings = rules.flatMap(
      ({ code, origin }) =>
        origin?.({
          ...seen,
          target: { ...seen.target, origin: 'null' },
          otherOrigins: opened === undefined ? [] : [{ ...opened, frames }],
        })?.fix.concat(` [${code}]`) ?? [],
    );
    expect(findings).toEqual([
      'Add allow-same-origin to the sandbox directive of https://app.example/. Then its sockets send the origin of the page instead of null. [origin-refused]',
    ]);
  });

  it('name the browsers that refuse the socket if only Chromium opens it', () => {
    const [finding] = said({ url: 'ws://printer.local/', page: {} });
    expect(finding).toMatchObject({ clients: ['browser'], browsers: ['Firefox', 'Safari'] });
  });

  it.each([
    [
      'wss://api.example:8443/live',
      header("default-src 'self'; connect-src 'none'"),
      `In the Content-Security-Policy header, replace "connect-src 'none'" with "connect-src wss://api.example:8443".`,
    ],
    [
      'wss://api.example/live',
      header("default-src 'self'"),
      `In the Content-Security-Policy header, add "; connect-src 'self' wss://api.example" after "default-src 'self'".`,
    ],
    [
      'wss://[::1]:3000/live',
      [{ text: "connect-src 'self'", from: 'document' as const }],
      `In the <meta http-equiv="Content-Security-Policy">, replace "connect-src 'self'" with "connect-src 'self' wss://*:3000".`,
    ],
  ])('suggest the right text for %s', (url, all, fix) => {
    const [finding] = said({ url, page: { policies: all } });
    expect(finding?.fix).toBe(fix);
    const change = /(?:with|add) "(?:; )?(connect-src [^"]+)"/.exec(fix)?.[1] ?? '';
    expect(said({ url, page: policies(change) })).toEqual([]);
  });

  it('cover every port that browsers block', () => {
    const named = [...blockedPorts].filter(
      (port) => said({ url: `wss://api.example:${port}/` })[0]?.code === 'unsafe-port',
    );
    expect(named).toEqual([...blockedPorts]);
  });
});
