import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/judge.js';
import type { Client } from '../../../src/doctor/client.js';
import type { Evidence } from '../../../src/doctor/evidence.js';
import { placeOf } from '../../../src/doctor/rules/shared/project-files.js';
import type { StoreTrust, TrustEvidence } from '../../../src/doctor/trust-evidence.js';
import { certificateFacts } from '../../support/certificate-facts.js';
import { root } from '../../support/cli.js';
import { pageEvidence } from '../../support/page-evidence.js';

const facts = certificateFacts({ validFrom: -1, validTo: 1000 });

function storesOf(trusting: Client[]): StoreTrust[] {
  return (['browser', 'node', 'system'] as const).map((client) => ({
    client,
    title: client,
    trusts: trusting.includes(client),
    fix: client === 'browser' ? [['certutil', '-A', '-n', 'NAME', '-i', 'FILE']] : [],
  }));
}

function refused(trust: Partial<TrustEvidence>, more: Partial<Evidence> = {}): Evidence {
  const common = { signer: 'other', sent: 1, needed: 1, issuer: 'CN=CA' } as const;
  return {
    ...pageEvidence({ url: 'wss://localhost/live' }),
    tls: { end: 'secure', protocol: 'TLSv1.3', alpn: 'http/1.1', chain: [facts] },
    trust: { ...common, complete: false, logged: false, above: [], stores: storesOf([]), ...trust },
    ...more,
  };
}

function verdictFor(code: string, evidence: Evidence) {
  return judge(evidence).find((verdict) => verdict.code === code);
}

describe('the intermediate certificate that a server does not send', () => {
  const settings = {
    CERT_KEY: 'certs/cert.pem',
    CA_CERT: '',
    PORT: 443,
    HOST: 'localhost',
    DOMAINS: [],
  };
  const project = (more: object) =>
    ({
      directory: '/app',
      terminator: 'service',
      settings,
      fromEnvironment: [],
      mistakes: [],
      ignoredLines: [],
      files: [],
      ...more,
    }) as never;

  it.each<[string, boolean, object | undefined, string]>([
    ['/app/full.pem', true, {}, 'Set CERT_KEY=/app/full.pem in .env, and restart the service.'],
    ['/app/ca.pem', false, {}, 'Set CA_CERT=/app/ca.pem in .env, and restart the service.'],
    [
      '/app/ca.pem',
      false,
      { fromEnvironment: ['CA_CERT'] },
      'Set CA_CERT=/app/ca.pem in the environment, which overrides .env, and restart the service.',
    ],
    [
      '/app/certs/cert.pem',
      true,
      {},
      'It is in /app/certs/cert.pem, which CERT_KEY names: restart the service.',
    ],
    [
      '/app/full.pem',
      true,
      { terminator: 'proxy' },
      'The whole chain is in /app/full.pem: make the server send that instead of its own certificate.',
    ],
    [
      '/ca.pem',
      false,
      undefined,
      "It is in /ca.pem: send that after the server's own certificate.",
    ],
  ])('is in %s, with the own one: %s, in %j', (issuerFile, issuerFileIsWhole, of, fix) => {
    const more = of === undefined ? {} : { project: project(of) };
    const seen = refused({ issuerFile, issuerFileIsWhole }, more);
    expect(verdictFor('missing-intermediate', seen)?.fix).toBe(fix);
  });
});

describe('a private CA', () => {
  const ask = '$ create-fastify-wss doctor wss://localhost/live --ca-file FILE';
  it.each<[Client[], Partial<TrustEvidence>, string[]]>([
    [
      [],
      { complete: true },
      ['$ certutil -A -n NAME -i FILE', '$ export NODE_EXTRA_CA_CERTS=FILE', ask],
    ],
    [['browser'], { complete: true, sent: 2 }, ['$ export NODE_EXTRA_CA_CERTS=FILE', ask]],
    [['node'], { complete: true, sent: 2 }, ['$ certutil -A -n NAME -i FILE', ask]],
    [[], { complete: true, caFile: '/ca.pem', sent: 2 }, []],
  ])('that %j trusts has commands for the others', (trusting, more, lines) => {
    const seen = refused({ sent: 2, ...more, stores: storesOf(trusting) });
    expect(verdictFor('private-ca', seen)?.lines).toEqual(lines);
  });
});

describe('a certificate that a browser refuses', () => {
  const chain = [{ ...facts, isCa: true }];
  it.each<[Client[], RegExp]>([
    [['browser', 'node', 'system'], /so Node\.js and curl connect\.$/],
    [['browser', 'node'], /but Node\.js or curl refuse the certificate for another reason\.$/],
    [[], /but Node\.js or curl refuse the certificate for another reason\.$/],
  ])('while %j trust it', (trusting, expected) => {
    const seen = refused({ stores: storesOf(trusting) }, { tls: { end: 'secure', chain } });
    expect(verdictFor('browser-refuses-certificate', seen)?.evidence).toMatch(expected);
  });
});

describe('the place of a setting', () => {
  it.each([
    [[], ['PORT'], 'in .env'],
    [['HOST'], ['PORT'], 'in .env'],
    [['PORT'], ['PORT', 'HOST'], 'in the environment, which overrides .env'],
  ])('with %j in the environment, for %j: %s', (fromEnvironment, names, place) => {
    expect(placeOf({ fromEnvironment }, ...names)).toBe(place);
  });

  it('is said by each rule that changes one', () => {
    const folder = join(root, 'src/doctor/rules');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const fixed = files.filter(
      (path) => path.endsWith('.ts') && /in \.env\b/.test(readFileSync(join(folder, path), 'utf8')),
    );
    // The second is about any server, not about one whose settings are known.
    expect(fixed.toSorted()).toEqual([join('shared', 'project-files.ts'), 'unsafe-port.ts']);
  });
});
