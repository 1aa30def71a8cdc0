import { everyClient } from '../client.js';
import type { Finding, Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import type { CertificateFacts } from '../../core/certificate-facts.js';

/** What OpenSSL at its usual security level and public CAs ask of RSA, in bits. */
const leastBits = 2048;

/** Chromium and Firefox accept short keys from CAs that their user has added. */
const refusingShortKeys: Pick<Finding, 'clients' | 'browsers'> = {
  clients: everyClient,
  browsers: ['Safari'],
};

function hasShortKey({ keyType, keyBits }: CertificateFacts): boolean {
  return keyType === 'rsa' && (keyBits ?? leastBits) < leastBits;
}

/** @returns whether OpenSSL refuses its key or its signature */
export function isWeak(facts: CertificateFacts): boolean {
  return hasShortKey(facts) || facts.weakSignature;
}

/** Its key, and how it is signed where that is weak. */
function keyText({ keyType, keyBits, weakSignature }: CertificateFacts): string {
  const bits = keyBits === undefined ? '' : ` of ${keyBits} bits`;
  const signature = weakSignature ? ', signed with MD5 or SHA-1' : '';
  return `${keyType.toUpperCase()} key${bits}${signature}.`;
}

export const weakKey: Rule = {
  code: 'weak-key',
  meaning: 'the key or the signature is too weak',
  advice: 'Get a certificate with a key of 2048 bits or more, signed with SHA-256.',
  certificate: (evidence) => {
    const weak = evidence.tls?.chain[0];
    if (weak === undefined || !isWeak(weak)) {
      return undefined;
    }
    return {
      ...(weak.weakSignature ? {} : refusingShortKeys),
      cause: hasShortKey(weak)
        ? `The server's RSA key has only ${weak.keyBits} bits. Node.js 24 and later, curl and Apple's systems refuse it.`
        : 'The certificate is signed with MD5 or SHA-1. Clients refuse such signatures.',
      evidence: keyText(weak),
      ...renewServed(
        evidence,
        `Get a certificate for a P-256 key, or for an RSA key with at least ${leastBits} bits.`,
      ),
    };
  },
  files: certificateFile((facts, evidence) =>
    isWeak(facts)
      ? {
          ...(facts.weakSignature ? {} : refusingShortKeys),
          cause: hasShortKey(facts)
            ? `The key of the certificate ${pathOf(evidence)} is too short for OpenSSL, which Node.js and curl use.`
            : `The certificate ${pathOf(evidence)} is signed with MD5 or SHA-1. Clients refuse such signatures.`,
          evidence: keyText(facts),
        }
      : undefined,
  ),
};
