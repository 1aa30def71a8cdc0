import type { X509Certificate } from 'node:crypto';
import { bareHost, isAddress, shortForm } from '../core/hosts.js';

/** It loads in four milliseconds, and few runs need it. */
export function crypto() {
  return process.getBuiltinModule('node:crypto');
}

/**
 * @param pem text or bytes that begin with a PEM certificate
 * @throws Error for anything else
 */
export function parseCertificate(pem: string | Buffer): X509Certificate {
  return new (crypto().X509Certificate)(pem);
}

/** @returns whose certificate it is; empty without a name, for which Node.js has no text */
export function subjectOf({ subject }: Partial<Pick<X509Certificate, 'subject'>>): string {
  return subject ?? '';
}

/** @returns the name of its issuer; empty without a name */
export function issuerOf({ issuer }: Partial<Pick<X509Certificate, 'issuer'>>): string {
  return issuer ?? '';
}

/** @returns when it expires, in milliseconds since the epoch; Node 20 only has `validTo` as text */
export function endOf({ validTo }: X509Certificate): number {
  return Date.parse(validTo);
}

/**
 * @param subject `never` as in browsers, or by default, as OpenSSL does, if no DNS names exist
 * @returns whether the certificate covers a name or an address; for a wildcard, one of its names
 */
export function covers(
  certificate: X509Certificate,
  host: string,
  subject: 'default' | 'never' = 'default',
): boolean {
  if (isAddress(host)) {
    return certificate.checkIP(host) !== undefined;
  }
  // Clients leave the dot of a name in full out.
  return certificate.checkHost(bareHost(host).replace(/^\*\./, 'any.'), { subject }) !== undefined;
}

/** @returns the names and addresses on a certificate, in the form in which they are requested */
export function namesOn({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName
    .split(', ')
    .map((entry) => shortForm(entry.replace(/^(DNS|IP Address):/, '')));
}

/**
 * Does not use `toLegacyObject`: on Node 20 it loads the TLS modules in an order that leaves
 * `tls.createSecureContext` undefined for the rest of the process.
 * @param name a distinguished name, such as `subject` or `issuer` of a certificate
 * @returns the first of its parts of that kind
 */
export function partOf(name: string, kind: 'O' | 'OU' | 'CN'): string | undefined {
  const start = `${kind}=`;
  const line = name.split('\n').find((part) => part.startsWith(start));
  return line?.slice(start.length).replaceAll(/\\(.)/g, '$1');
}

/** Clients compare names without regard to case and spaces (RFC 5280, section 7.1). */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll(/[^\S\n]+/g, ' ');
}

/** @returns whether the issuer of the certificate has the name of this CA */
export function isNamedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return comparable(issuerOf(certificate)) === comparable(subjectOf(ca));
}

/**
 * Does not use `checkIssued`, which also judges key usage and key identifiers: a self-signed certificate
 * that may not sign others would not be self-signed.
 * @returns whether a CA has signed the certificate, by its name and its key
 */
export function isIssuedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  try {
    return isNamedBy(certificate, ca) && certificate.verify(ca.publicKey);
  } catch {
    // A signature by a key of an unknown type cannot be checked.
    return false;
  }
}

/** @returns whether it is valid now */
export function isInTime({ validFrom, validTo }: X509Certificate): boolean {
  const now = Date.now();
  return Date.parse(validFrom) <= now && Date.parse(validTo) >= now;
}

/** @returns the name that mkcert gives its CA in NSS databases: its serial number, in decimal */
export function nickname(root: string): string {
  return `mkcert development CA ${BigInt(`0x${parseCertificate(root).serialNumber}`)}`;
}
