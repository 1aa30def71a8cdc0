import { describe, expect, it } from 'vitest';
import {
  forbidding,
  openedUrl,
  originOf,
  parsePolicies,
} from '../../../src/doctor/rules/shared/csp.js';
import { documentPolicies } from '../../../src/doctor/rules/shared/csp-document.js';

const page = new URL('https://app.example/');

function isAllowed(policy: string, socket: string, from = page): boolean {
  const policies = parsePolicies([{ text: policy, from: 'header' }]);
  return forbidding(policies, { page: from, url: new URL(socket) }).length === 0;
}

describe('a Content-Security-Policy', () => {
  it.each([
    ["connect-src 'self'", 'wss://app.example/live', true],
    ["connect-src 'self'", 'wss://app.example:8443/live', false],
    ["connect-src 'self'", 'wss://api.example/live', false],
    ["default-src 'none'", 'wss://app.example/', false],
    ["default-src 'none'; connect-src wss:", 'wss://app.example/', true],
    ["connect-src wss:, default-src 'none'", 'wss://app.example/', false],
    ["script-src 'none'", 'wss://api.example/', true],
    ['connect-src api.example', 'wss://api.example/', false],
    ['connect-src wss://*.example', 'wss://api.example/', true],
    ['connect-src wss://*.api.example', 'wss://api.example/', false],
    ['connect-src ws://api.example', 'wss://api.example/', true],
    ['connect-src ws://api.example:8443', 'wss://api.example:8443/', false],
    ['connect-src wss://api.example/live', 'wss://api.example/live?token=1', true],
    ['connect-src wss://api.example/live/', 'wss://api.example/live', false],
    ['connect-src wss://[::1]:8443', 'wss://[::1]:8443/', false],
    ['connect-src wss://*:8443', 'wss://[::1]:8443/', true],
  ])('"%s" judges %s: %s', (policy, socket, allowed) => {
    expect(isAllowed(policy, socket)).toBe(allowed);
  });

  it('lets a page without TLS open ws:// to itself', () => {
    const plain = new URL('http://app.example:3000/');
    expect(isAllowed("connect-src 'self'", 'ws://app.example:3000/', plain)).toBe(true);
  });

  it.each([
    ['upgrade-insecure-requests', 'ws://api.example:8080/a?b', 'wss://api.example:8080/a?b'],
    ['upgrade-insecure-requests', 'ws://api.example/', 'wss://api.example/'],
    ['upgrade-insecure-requests', 'ws://localhost:3000/', 'ws://localhost:3000/'],
    ["default-src 'self'", 'ws://api.example/', 'ws://api.example/'],
  ])('"%s" makes %s open as %s', (policy, socket, opened) => {
    const policies = parsePolicies([{ text: policy, from: 'document' }]);
    expect(openedUrl(new URL(socket), policies).href).toBe(opened);
  });

  it.each([
    ['header', 'sandbox allow-scripts', 'null'],
    ['header', 'sandbox allow-scripts allow-same-origin', 'https://app.example'],
    ['document', 'sandbox', 'https://app.example'],
  ] as const)('in the %s with "%s" gives sockets the origin %s', (from, text, origin) => {
    expect(originOf(page, parsePolicies([{ text, from }]))).toBe(origin);
  });

  it.each([
    ['<head><meta http-equiv="Content-Security-Policy" content="a">', ['a']],
    [
      "<meta content='a &#39;b&#39; &amp;amp;' http-equiv=content-security-policy>",
      ["a 'b' &amp;"],
    ],
    ['<!-- <meta http-equiv="Content-Security-Policy" content="a"> -->', []],
    ['<body><meta http-equiv="Content-Security-Policy" content="a">', []],
    ['<meta http-equiv="Content-Security-Policy" content="a', []],
    ['<meta '.repeat(9000), []],
    ['<!--'.repeat(9000), []],
    ['&#1114112; &#xffffff; <meta', []],
    ['<meta http-equiv=Content-Security-Policy content="&#9999999;">', ['&#9999999;']],
  ])('is found in a document', (html, policies) => {
    expect(documentPolicies(html)).toEqual(policies);
  });
});
