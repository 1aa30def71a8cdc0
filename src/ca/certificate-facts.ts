import type { KeyObject, X509Certificate } from 'node:crypto';
import { keyUsages, type CertificateFacts, type KeyUsage } from '../core/certificate-facts.js';
import { isAddress, shortForm } from '../core/hosts.js';
import { elementsIn, extensionsOf, type CertificateExtension } from './der.js';
import { covers, endOf, issuerOf, partOf, subjectOf } from './read-certificate.js';

/** Object identifiers of extensions, in DER (RFC 5280, section 4.2; RFC 7633). */
const oids = {
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  policyConstraints: '551d24',
  tlsFeature: '2b06010505070118',
};

/** The first bytes of signature algorithms with MD5 or SHA-1, in DER (RFC 8017; RFC 5758). */
const weakSignatures = [
  '06092a864886f70d010104',
  '06092a864886f70d010105',
  '06072a8648ce3d0401',
].map((hex) => Buffer.from(hex, 'hex'));

/** `requireExplicitPolicy` in policyConstraints. */
const explicitPolicy = 0x80;

/** A distinguished name on one line. */
export function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

const named = /^(DNS|IP Address):(.*)$/s;

/** @returns the host names and addresses in subjectAltName; undefined without the extension */
function namesOf({ subjectAltName }: X509Certificate): string[] | undefined {
  return subjectAltName?.split(', ').flatMap((entry) => {
    const [, kind, quoted = ''] = named.exec(entry) ?? [];
    const name = shortForm(quoted.replace(/^"(.*)"$/, '$1'));
    if (kind === undefined) {
      return [];
    }
    return [kind === 'DNS' && isAddress(name) ? `DNS:${name}` : name];
  });
}

/** OpenSSL does not know every type of key. */
function keyOf(certificate: X509Certificate): Partial<KeyObject> {
  try {
    return certificate.publicKey;
  } catch {
    // A key of an unknown type has no details.
    return {};
  }
}

function keyUsageOf(extension: CertificateExtension | undefined): KeyUsage[] | undefined {
  const [, first = 0, second = 0] = extension?.value.subarray(2) ?? [];
  const bits = (first << 8) | second;
  return extension && keyUsages.filter((_usage, at) => (bits & (0x8000 >> at)) !== 0);
}

function needsPolicy(extension: CertificateExtension | undefined): boolean {
  try {
    const [list] = extension === undefined ? [] : elementsIn(extension.value);
    return list !== undefined && elementsIn(list.value).some(({ tag }) => tag === explicitPolicy);
  } catch {
    // OpenSSL reports an extension that it cannot read.
    return false;
  }
}

/** @returns the facts by which a certificate is judged for a host */
export function factsOf(certificate: X509Certificate, host: string): CertificateFacts {
  const { raw } = certificate;
  const subject = subjectOf(certificate);
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = keyOf(certificate);
  const extensions = extensionsOf(raw);
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuerOf(certificate)),
    names: namesOf(certificate),
    commonName: partOf(subject, 'CN'),
    covers: covers(certificate, host, 'never'),
    coversBySubject: covers(certificate, host, 'default'),
    validFrom: Date.parse(certificate.validFrom),
    validTo: endOf(certificate),
    usages: certificate.keyUsage,
    keyType: asymmetricKeyType,
    keyBits: asymmetricKeyDetails?.modulusLength,
    curve: asymmetricKeyDetails?.namedCurve,
    keyUsage: keyUsageOf(extensions.get(oids.keyUsage)),
    isCa: certificate.ca,
    criticalNames: extensions.get(oids.subjectAltName)?.isCritical === true,
    mustStaple: extensions.has(oids.tlsFeature),
    needsPolicy: needsPolicy(extensions.get(oids.policyConstraints)),
    weakSignature: weakSignatures.some((algorithm) => raw.includes(algorithm)),
  };
}
