import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CertificateFacts } from '../../../src/core/certificate-facts.js';
import type { Client } from '../../../src/doctor/client.js';
import type { Evidence } from '../../../src/doctor/evidence.js';
import { judge } from '../../../src/doctor/judge.js';
import type { StoreTrust } from '../../../src/doctor/trust-evidence.js';
import { certificateFacts } from '../../support/certificate-facts.js';
import { pageEvidence } from '../../support/page-evidence.js';

const certificate = certificateFacts({ validFrom: -1, validTo: 1000 });

function evidenceOf(stores: StoreTrust[], chain: CertificateFacts[] = [certificate]): Evidence {
  const trust = { signer: 'other', sent: 1, needed: 1, issuer: 'CN=CA', complete: false } as const;
  return {
    ...pageEvidence({ url: 'wss://localhost/' }),
    tls: { end: 'secure', protocol: 'TLSv1.3', alpn: 'http/1.1', chain },
    trust: { ...trust, above: [], logged: false, stores },
  };
}

function storeOf(client: Client, refusal?: StoreTrust['refusal']): StoreTrust {
  const about = { client, title: client, trusts: true, fix: [] };
  return refusal === undefined ? about : { ...about, refusal };
}

const clients: Client[] = ['browser', 'node', 'system'];

function codesOf(evidence: Evidence): string[] {
  return judge(evidence).map(({ code }) => code);
}

const words = [
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'INVALID_PURPOSE',
  'INVALID_CA',
  'UNSPECIFIED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'NOT_VERIFIED',
];
const messages = [
  'permitted subtree violation',
  'EE certificate key too weak',
  'CA signature digest algorithm too weak',
  'unhandled critical extension',
  'unsuitable certificate purpose',
];

it('is healthy if every verifier accepts the chain', () => {
  expect(codesOf(evidenceOf(clients.map((client) => storeOf(client))))).toContain('healthy');
});

it('is never healthy if the verifier of Node.js or of the system refuses the chain', () => {
  const refusal = fc.record({
    code: fc.oneof(fc.constantFrom(...words), fc.string()),
    message: fc.oneof(fc.constantFrom(...messages), fc.string()),
  });
  const refusing = fc.constantFrom<Client>('node', 'system');
  const purposes = fc.constantFrom<string[]>(['2.5.29.37.0'], ['1.3.6.1.5.5.7.3.1']);
  const usages = fc.option(purposes, { nil: undefined });
  fc.assert(
    fc.property(refusing, refusal, usages, fc.boolean(), (client, said, uses, isWeak) => {
      const facts = { ...certificate, usages: uses, weakSignature: isWeak };
      const stores = clients.map((each) => storeOf(each, each === client ? said : undefined));
      const verdicts = judge(evidenceOf(stores, [facts]));
      expect(verdicts.map(({ code }) => code)).not.toContain('healthy');
      const blocking = verdicts.filter(({ severity }) => severity === 'blocking');
      expect(blocking.some((verdict) => verdict.clients.includes(client))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['INVALID_CA', 'invalid CA certificate', ['1.3.6.1.5.5.7.3.1'], undefined],
  ['INVALID_PURPOSE', 'unsuitable certificate purpose', ['2.5.29.37.0'], ['Firefox']],
])('names the browsers that refuse %s', (code, message, usages, browsers) => {
  const intermediate = { ...certificate, subject: 'CN=CA', usages };
  const stores = [storeOf('browser', { code, message })];
  const verdicts = judge(evidenceOf(stores, [certificate, intermediate]));
  const found = verdicts.find((verdict) => verdict.code === 'chain-refused');
  expect(found?.clients).toEqual(['browser']);
  expect(found?.browsers).toEqual(browsers);
});
