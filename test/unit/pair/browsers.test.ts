import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyUsageFlags, KeyUsagesExtension } from '@peculiar/x509';
import { afterAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/ca/certificate-facts.js';
import { refusalsOf } from '../../../src/core/browsers.js';
import { readTls } from '../../../templates/src/lib/tls.js';
import { readSettings, type Settings } from '../../../templates/src/settings.js';
import { make, serverUsage } from '../../support/pki.js';

const folder = mkdtempSync(join(tmpdir(), 'test-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Wanted = Partial<Parameters<typeof make>[0]>;

const usable = (flags: KeyUsageFlags, isCritical = true): Wanted => ({
  more: [new KeyUsagesExtension(flags, isCritical)],
});
const rsa = { bits: 2048 };
const { digitalSignature, keyEncipherment, keyAgreement, keyCertSign } = KeyUsageFlags;

/** What the service says at its start, if it refuses its certificate. */
function problemOf(settings: Settings): string {
  try {
    readTls(settings);
    return '';
  } catch (error) {
    return String(error);
  }
}

const daysSince2019 = Math.ceil((Date.now() - Date.UTC(2019, 0, 1)) / 86_400_000);

/** Certificates, and the browsers that refuse them. */
const table: [string, Wanted, string[]][] = [
  ['P-256', {}, []],
  ['P-384', { kind: 'P-384' }, []],
  ['P-521', { kind: 'P-521' }, ['Chromium']],
  ['Ed25519', { kind: 'Ed25519' }, ['Chromium', 'Firefox']],
  ['RSA', rsa, []],
  ['RSA to sign', { ...rsa, ...usable(digitalSignature) }, []],
  ['RSA to sign and to encipher', { ...rsa, ...usable(digitalSignature | keyEncipherment) }, []],
  ['RSA to encipher', { ...rsa, ...usable(keyEncipherment) }, ['Chromium']],
  ['RSA to encipher, not critical', { ...rsa, ...usable(keyEncipherment, false) }, ['Chromium']],
  ['EC to agree on a key', usable(keyAgreement), ['Chromium']],
  ['EC to sign certificates', usable(keyCertSign), ['Chromium', 'Firefox']],
  ['a CA', { isCa: true }, ['Firefox']],
  ['ten years', { to: 3650 }, ['Safari']],
  ['ten years from before Apple limited them', { from: -daysSince2019, to: 10 }, []],
  ['no extended key usage', { usage: [] }, ['Safari']],
];

describe('a certificate', () => {
  it.each(table)(
    'with %s is judged alike by doctor and the service',
    async (_kind, wanted, browsers) => {
      const { cert, key } = await make({
        name: 'CN=localhost',
        hosts: ['localhost'],
        usage: serverUsage,
        ...wanted,
      });
      const refusals = refusalsOf(factsOf(new X509Certificate(cert), 'localhost'), 'leaf');
      expect([...new Set(refusals.flatMap((each) => each.browsers))]).toEqual(browsers);

      const [CERT_KEY, PRIV_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      writeFileSync(CERT_KEY, cert);
      writeFileSync(PRIV_KEY, key);
      const settings = readSettings({ HTTPS: '1', PRIV_KEY, CERT_KEY, HOST: 'localhost' });
      // It refuses what Chromium, the most used browser, refuses.
      expect(problemOf(settings)).toMatch(browsers.includes('Chromium') ? /browsers/ : /^$/);
    },
  );
});
