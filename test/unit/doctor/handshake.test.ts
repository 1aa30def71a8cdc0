import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/doctor/evidence.js';
import { browserParts, cookiesOf, requestText } from '../../../src/doctor/probes/handshake.js';
import { objectionTo } from '../../../src/doctor/probes/objection.js';
import { cookiesFor } from '../../../src/doctor/probes/page.js';
import { proxyVariableFor } from '../../../src/doctor/probes/tunnel.js';

const request = { authority: 'chat.test:3000', path: '/live', origin: 'https://chat.test:3000' };
const sending = {
  protocols: ['a', 'b'],
  headers: [['User-Agent', 'mine'] satisfies [string, string]],
  cookie: 's=1',
  credentials: 'Basic eDp5',
};

function linesOf(more: Partial<Parameters<typeof requestText>[0]>): string[] {
  return requestText({ ...request, ...more }, 'KEY')
    .trimEnd()
    .split('\r\n');
}

describe('a handshake', () => {
  it('is bare by default', () => {
    expect(linesOf({})).toEqual([
      'GET /live HTTP/1.1',
      'Host: chat.test:3000',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Origin: https://chat.test:3000',
      'User-Agent: create-fastify-wss doctor',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: KEY',
    ]);
  });

  it('sends what was given', () => {
    const lines = linesOf({ sending });
    expect(lines).toContain('Sec-WebSocket-Protocol: a, b');
    expect(lines).toContain('Cookie: s=1');
    expect(lines).toContain('Authorization: Basic eDp5');
    expect(lines.filter((line) => line.startsWith('User-Agent'))).toEqual(['User-Agent: mine']);
  });

  it('of a browser has its headers, each once, and no given ones', () => {
    const lines = linesOf({ sending, parts: browserParts });
    const names = lines.slice(1).map((line) => line.split(':', 1)[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(lines).toContain('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits');
    expect(lines.find((line) => line.startsWith('User-Agent'))).toMatch(/Mozilla.*Chrome/);
    expect(lines.find((line) => line.startsWith('Cookie'))).toMatch(/^Cookie: s=1; doctor/);
  });

  it.each([
    ['https://chat.test:3000', 'same-origin'],
    ['http://chat.test', 'same-site'],
    ['https://other.test', 'cross-site'],
    ['null', 'cross-site'],
  ])('from %s is %s', (origin, site) => {
    expect(linesOf({ origin, parts: browserParts })).toContain(`Sec-Fetch-Site: ${site}`);
  });

  it.each([
    [undefined, 8000],
    ['s=1', 1000],
    ['s=1', 3],
    [`s=${'x'.repeat(5000)}`, 4000],
  ])('has the cookies %s and others, up to %i bytes', (given, bytes) => {
    const cookies = cookiesOf(given, bytes);
    expect(cookies.startsWith(given ?? 'doctor0=')).toBe(true);
    expect(cookies.length).toBeGreaterThan(Math.max(given?.length ?? 0, bytes - 30) - 1);
    expect(cookies.length).toBeLessThanOrEqual(Math.max(given?.length ?? 0, bytes));
    expect(given !== undefined || cookies.split('; ').every((each) => each.length < 4096)).toBe(
      true,
    );
  });
});

describe('the answer 101', () => {
  const fine = {
    upgrade: 'WebSocket',
    connection: 'keep-alive, Upgrade',
    'sec-websocket-accept': 'A',
  };
  const extensions = 'sec-websocket-extensions';
  const protocol = 'sec-websocket-protocol';
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ upgrade: 'websocket, h2c' }, 'upgrade'],
    [{ connection: 'keep-alive' }, 'connection'],
    [{ 'sec-websocket-accept': 'A, A' }, 'accept'],
    [{ [protocol]: 'a' }, undefined],
    [{ [protocol]: 'A' }, 'protocol'],
    [{ [protocol]: 'a, b' }, 'protocol'],
    [{ [extensions]: 'permessage-deflate' }, undefined],
    [{ [extensions]: 'permessage-deflate; server_max_window_bits="10"' }, undefined],
    [{ [extensions]: 'permessage-deflate; client_max_window_bits=15' }, undefined],
    [{ [extensions]: 'permessage-deflate; client_max_window_bits' }, 'extensions'],
    [{ [extensions]: 'permessage-deflate; client_max_window_bits=16' }, 'extensions'],
    [{ [extensions]: 'permessage-deflate; server_no_context_takeover=1' }, 'extensions'],
    [{ [extensions]: 'permessage-deflate; a' }, 'extensions'],
    [{ [extensions]: 'permessage-deflate;' }, 'extensions'],
    [{ [extensions]: 'permessage-deflate, permessage-deflate' }, 'extensions'],
    [{ [extensions]: 'x-webkit-deflate-frame' }, 'extensions'],
    [{ [extensions]: '' }, 'extensions'],
  ])('with %j: %s', (headers, objection) => {
    const own = { protocol: headers[protocol] === undefined ? [] : ['a', 'b'] };
    const asked = {
      ...request,
      parts: browserParts,
      ...(own.protocol.length === 0 ? {} : { sending: { protocols: own.protocol } }),
    };
    expect(objectionTo({ ...fine, ...headers }, asked, 'A')).toBe(objection);
  });

  it('has no protocol or extension that was not offered', () => {
    expect(objectionTo({ ...fine, [protocol]: 'a' }, request, 'A')).toBe('protocol');
    expect(objectionTo({ ...fine, [extensions]: 'permessage-deflate' }, request, 'A')).toBe(
      'extensions',
    );
    expect(objectionTo(fine, { ...request, sending }, 'A')).toBe('protocol');
  });
});

function targetAt(url: string): Target {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'wss:';
  return { url, secure, host: hostname, port: Number(port), path: '/', origin: 'https://x' };
}

describe('the cookies of a page', () => {
  const cookies = 'a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/, b="x,y"; HttpOnly';
  it.each([
    ['http://chat.test:80/page', 'a=1; b="x,y"'],
    ['http://other.test/', undefined],
    ['https://chat.test/', undefined],
  ])('%s belong to its host: %s', (url, sent) => {
    expect(cookiesFor({ url, cookies, policies: [] }, targetAt('ws://chat.test:3000/'))).toBe(sent);
  });
});

describe('the proxy of the environment', () => {
  const proxy = 'http://proxy.test:3128';
  it.each([
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
    ['wss://chat.test:3000/', { https_proxy: proxy, HTTPS_PROXY: proxy }, 'https_proxy'],
    ['wss://chat.test:3000/', { http_proxy: proxy }, undefined],
    ['ws://chat.test:3000/', { http_proxy: proxy }, 'http_proxy'],
    ['ws://chat.test:3000/', { ALL_PROXY: proxy }, 'ALL_PROXY'],
    ['wss://chat.test:3000/', { HTTPS_PROXY: '' }, undefined],
    ['wss://localhost:3000/', { HTTPS_PROXY: proxy }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, NO_PROXY: 'x, chat.test' }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: '.test' }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: '*.test' }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: '*' }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: 'chat.test:3000' }, undefined],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: 'chat.test:1' }, 'HTTPS_PROXY'],
    ['wss://chat.test:3000/', { HTTPS_PROXY: proxy, no_proxy: 'at.test' }, 'HTTPS_PROXY'],
  ])('for %s with %j: %s', (url, env, variable) => {
    expect(proxyVariableFor(targetAt(url), env)).toBe(variable);
  });
});
