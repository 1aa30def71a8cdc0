import { describe, expect, it } from 'vitest';
import { dns } from '../../../src/doctor/rules/dns.js';
import { targetOf } from '../../../src/doctor/rules/shared/project-target.js';
import type { ProjectEvidence } from '../../../src/doctor/project-evidence.js';
import { pageEvidence } from '../../support/page-evidence.js';

const settings = {
  HTTPS: true,
  HOST: 'localhost',
  PORT: 3000,
  DOMAINS: ['https://chat.example.test:3000', 'https://localhost:3000'],
} as ProjectEvidence['settings'];

describe('the name at which a project is checked', () => {
  const covering = (covered: boolean) => ({ hosts: [{ host: 'localhost', covered }] });

  it.each([
    ['if the certificate covers it', 'localhost', covering(true), 'wss://localhost:3000/live'],
    ['before the certificate exists', '127.0.0.1', undefined, 'wss://localhost:3000/live'],
    [
      'unless the certificate does not cover it',
      'localhost',
      covering(false),
      'wss://chat.example.test:3000/live',
    ],
    [
      'unless the service listens elsewhere',
      '192.0.2.1',
      covering(true),
      'wss://chat.example.test:3000/live',
    ],
  ])('is one of this machine, %s', (_when, HOST, certificate, url) => {
    const place = { settings: { ...settings, HOST }, proxied: false };
    expect(targetOf(certificate === undefined ? place : { ...place, certificate }).url).toBe(url);
  });
});

describe('a name of a project that DNS does not know', () => {
  it.each([
    ['localhost', false, '127.0.0.1'],
    ['0.0.0.0', false, '127.0.0.1'],
    ['::1', false, '::1'],
    ['192.0.2.1', false, undefined],
    ['localhost', true, undefined],
  ])('of a service at %s, behind a proxy: %s, is left out with %s', (HOST, proxied, address) => {
    const project = { settings: { ...settings, HOST }, proxied, fromEnvironment: [] } as never;
    const evidence = pageEvidence({ url: 'wss://chat.example.test:3000/live' });
    const { surroundings } = evidence;
    const found = dns.name?.({
      ...evidence,
      surroundings: { ...surroundings, typed: { flags: [] } },
      project,
      name: { addresses: [], error: 'ENOTFOUND' },
    });
    const lines =
      address === undefined ? undefined : [`$ create-fastify-wss doctor --address ${address}`];
    expect(found?.lines).toEqual(lines);
    expect(found?.fix).toContain('in DOMAINS and HOST');
    expect(found?.fix.endsWith('without DNS:')).toBe(lines !== undefined);
  });
});
