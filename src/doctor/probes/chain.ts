import type { KeyObject, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { shortForm } from '../../core/hosts.js';
import {
  covers,
  endOf,
  isIssuedBy,
  issuerOf,
  parseCertificate,
  partOf,
  subjectOf,
} from '../../ca/read-certificate.js';
import type { CertificateFacts } from '../certificate-evidence.js';

/** At most this many certificates are read. */
const mostCertificates = 10;

/** The first bytes of signature algorithms with MD5 or SHA-1, in DER (RFC 8017; RFC 5758). */
const weakSignatures = [
  '06092a864886f70d010104',
  '06092a864886f70d010105',
  '06072a8648ce3d0401',
].map((hex) => Buffer.from(hex, 'hex'));

/** The list of signed timestamps that a public CA puts on a certificate (RFC 6962, section 3.3). */
const timestampList = Buffer.from('060a2b06010401d679020402', 'hex');

/**
 * Does not call `getPeerX509Certificate`: after it, `getPeerCertificate` returns nothing on an
 * unverified socket.
 * @returns the certificates that a server sent, its own first, each after one that it signed
 */
export function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && chain.length < mostCertificates) {
    const certificate = parseCertificate(next.raw);
    const before = chain.at(-1);
    // Only its name may match.
    const isLinked = before === undefined || isIssuedBy(before, certificate);
    if (!isLinked || chain.some(({ raw }) => raw.equals(certificate.raw))) {
      break;
    }
    chain.push(certificate);
    next = next.issuerCertificate;
  }
  return chain;
}

const kinds = /^(DNS|IP Address|URI|email):/;

/** @returns the names in a certificate's subjectAltName; undefined if it has none */
function namesOf({ subjectAltName }: X509Certificate): string[] | undefined {
  return subjectAltName
    ?.split(', ')
    .map((entry) => shortForm(entry.replace(kinds, '').replace(/^"(.*)"$/, '$1')));
}

/** A distinguished name on one line. */
export function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

export function isLogged({ raw }: X509Certificate): boolean {
  return raw.includes(timestampList);
}

/** OpenSSL does not know every type of key. */
function keyOf(certificate: X509Certificate): Partial<KeyObject> {
  try {
    return certificate.publicKey;
  } catch {
    // A key of an unknown type is not judged.
    return {};
  }
}

/** @returns the facts by which a certificate is judged for a host */
export function factsOf(certificate: X509Certificate, host: string): CertificateFacts {
  const { raw } = certificate;
  const subject = subjectOf(certificate);
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = keyOf(certificate);
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuerOf(certificate)),
    names: namesOf(certificate),
    commonName: partOf(subject, 'CN'),
    covers: covers(certificate, host),
    validFrom: Date.parse(certificate.validFrom),
    validTo: endOf(certificate),
    usages: certificate.keyUsage,
    keyType: asymmetricKeyType,
    keyBits: asymmetricKeyDetails?.modulusLength,
    weakSignature: weakSignatures.some((algorithm) => raw.includes(algorithm)),
  };
}
