import type { CertificateFacts } from '../../src/core/certificate-facts.js';

/** @returns what is known about a certificate for localhost that every client accepts in this time */
export function certificateFacts(time: Pick<CertificateFacts, 'validFrom' | 'validTo'>) {
  const facts: CertificateFacts = {
    subject: 'CN=leaf',
    issuer: 'CN=CA',
    names: ['localhost'],
    commonName: 'leaf',
    covers: true,
    coversBySubject: true,
    usages: undefined,
    keyType: 'ec',
    keyBits: undefined,
    curve: 'prime256v1',
    keyUsage: undefined,
    isCa: false,
    criticalNames: false,
    mustStaple: false,
    needsPolicy: false,
    weakSignature: false,
    ...time,
  };
  return facts;
}
