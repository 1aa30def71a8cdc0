import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaCertificate } from '../../../src/trust/certificate.js';
import { chromiumPolicy } from '../../../src/trust/chromium-policy.js';
import { firefoxPolicy } from '../../../src/trust/firefox-policy.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';

const base64 = 'MIIBCA==';
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\nCA==\n-----END CERTIFICATE-----\n';
const ca: CaCertificate = { path: '/ca', name: 'ca', serial: 'AB', subject: 'CN=ca', base64 };

const place: { sandbox: Sandbox } = { sandbox: sandbox() };
beforeEach(async () => {
  await place.sandbox.remove();
  place.sandbox = sandbox();
});
afterEach(() => place.sandbox.remove());

/** Writes files in the sandbox. @returns their folder */
function written(files: Record<string, unknown>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(place.sandbox.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(path, isRaw ? content : JSON.stringify(content));
  }
  return place.sandbox.folder;
}

describe('the policies of Chromium', () => {
  it.each([
    ['nothing', {}, undefined],
    ['a file that is not JSON', { 'a.json': '{' }, undefined],
    ['a file that is not an object', { 'a.json': null }, undefined],
    ['another certificate', { 'a.json': { CACertificates: ['MIIB'] } }, undefined],
    ['a list that is none', { 'a.json': { CACertificates: base64 } }, undefined],
    ['a file with another ending', { 'a.txt': { CACertificates: [base64] } }, undefined],
    ['the CA', { 'a.json': { CACertificates: [base64] } }, 'adds'],
    ['the CA in PEM', { 'a.json': { CACertificates: [pem] } }, 'adds'],
    [
      'the CA, and a later file without it',
      { 'b.json': { CACertificates: [] }, 'a.json': { CACertificates: [base64] } },
      undefined,
    ],
    [
      'the CA, and a ban on it',
      { 'a.json': { CACertificates: [base64], CADistrustedCertificates: [base64] } },
      'distrusts',
    ],
    [
      'no use of the database',
      { 'a.json': { CAPlatformIntegrationEnabled: false } },
      'ignores-database',
    ],
    ['a use of the database', { 'a.json': { CAPlatformIntegrationEnabled: true } }, undefined],
  ])('that have %s', (_what, files, says) => {
    expect(chromiumPolicy(written(files), ca)?.says).toBe(says);
  });
});

describe('the policy of Firefox', () => {
  const installing = (...files: unknown[]) => ({ policies: { Certificates: { Install: files } } });
  const policy = 'distribution/policies.json';
  const file = 'distribution/certificates/ca.pem';

  it.each([
    ['does not exist', {}, false],
    ['is not JSON', { [policy]: '{', [file]: pem }, false],
    ['is not an object', { [policy]: null, [file]: pem }, false],
    ['installs nothing', { [policy]: { policies: {} }, [file]: pem }, false],
    ['installs a missing file', { [policy]: installing('ca.pem') }, false],
    ['installs another file', { [policy]: installing('a'), [file]: pem }, false],
    ['installs the CA by name', { [policy]: installing('a', 'ca.pem'), [file]: pem }, true],
    [
      'installs the CA in DER',
      { [policy]: installing('ca.pem'), [file]: Buffer.from(base64, 'base64') },
      true,
    ],
  ])('that %s', (_what, files, adds) => {
    const program = written(files);
    expect(firefoxPolicy(program, ca)).toBe(adds ? join(program, policy) : undefined);
  });

  it('that installs the CA by path', () => {
    const program = written({ 'ca.pem': pem });
    written({ [policy]: installing(join(program, 'ca.pem')) });
    expect(firefoxPolicy(program, ca)).toBe(join(program, policy));
  });
});
