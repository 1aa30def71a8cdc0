import { everyClient, strictNode, type Client } from '../client.js';
import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import type { CertificateFacts } from '../../core/certificate-facts.js';

/** What OpenSSL at its usual security level and public CAs ask of RSA, in bits. */
const leastBits = 2048;

/** Chromium accepts short keys from CAs that its user has added; earlier releases of Node.js do, too. */
function refusingShortKeys({ surroundings }: Evidence): Client[] {
  const major = Number(surroundings.node.split('.', 1)[0]);
  return major < strictNode ? ['system'] : ['node', 'system'];
}

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
  certificate: (evidence) => {
    const weak = evidence.tls?.chain[0];
    if (weak === undefined || !isWeak(weak)) {
      return undefined;
    }
    return {
      clients: weak.weakSignature ? everyClient : refusingShortKeys(evidence),
      cause: hasShortKey(weak)
        ? `The server's RSA key has only ${weak.keyBits} bits. OpenSSL refuses it, and so do Node.js 24 and later and curl.`
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
          // Chromium accepts short keys from CAs that its user has added, but not such a signature.
          ...(facts.weakSignature ? {} : { clients: ['node', 'system'] }),
          cause: hasShortKey(facts)
            ? `The key of the certificate ${pathOf(evidence)} is too short for OpenSSL, which Node.js and curl use.`
            : `The certificate ${pathOf(evidence)} is signed with MD5 or SHA-1. Clients refuse such signatures.`,
          evidence: keyText(facts),
        }
      : undefined,
  ),
};
