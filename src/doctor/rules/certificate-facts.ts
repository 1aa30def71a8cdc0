import { dateText } from './signals.js';
import type { CertificateFacts } from '../evidence.js';

/** `id-kp-serverAuth` (RFC 5280, section 4.2.1.12); OpenSSL does not take `anyExtendedKeyUsage` for it. */
const serverUsage = '1.3.6.1.5.5.7.3.1';

/** What OpenSSL at its usual security level and public CAs ask of RSA, in bits. */
export const leastBits = 2048;

/** @returns whether it has ended, or ends at a time that cannot be read */
export function hasEnded({ validTo }: CertificateFacts, now: number): boolean {
  return !(validTo >= now);
}

export function periodText({ validFrom, validTo }: CertificateFacts): string {
  return `It is valid from ${dateText(validFrom)} to ${dateText(validTo)}.`;
}

/** @returns what it may be used for, where that is not to serve */
export function otherUsages({ usages }: CertificateFacts): string | undefined {
  return usages === undefined || usages.includes(serverUsage)
    ? undefined
    : `Its extended key usage is ${usages.join(', ')}, not ${serverUsage} (serverAuth).`;
}

export function hasShortKey({ keyType, keyBits }: CertificateFacts): boolean {
  return keyType === 'rsa' && (keyBits ?? leastBits) < leastBits;
}

/** @returns its key, and how it is signed where that is weak */
export function keyText({ keyType, keyBits, weakSignature }: CertificateFacts): string {
  const bits = keyBits === undefined ? '' : ` of ${keyBits} bits`;
  const signature = weakSignature ? ', signed with MD5 or SHA-1' : '';
  return `${keyType.toUpperCase()} key${bits}${signature}.`;
}
