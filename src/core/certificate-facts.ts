/** What the extension `keyUsage` allows, in the order of its bits (RFC 5280, section 4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

/** Object identifiers of extended key usages (RFC 5280, section 4.2.1.12). */
export const extendedUsages = {
  server: '1.3.6.1.5.5.7.3.1',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  any: '2.5.29.37.0',
};

/** The longest validity of a certificate on Apple's systems, in days ("HT210176", support.apple.com). */
export const mostDays = 825;

/** A certificate, as the server sends it. Times are in milliseconds since the epoch. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /**
   * The host names and addresses in its subjectAltName; undefined if it has none. An address that is
   * written as a name has `DNS:` before it.
   */
  names: string[] | undefined;
  commonName: string | undefined;
  /** Whether it is valid for the host of the URL, as browsers see it. */
  covers: boolean;
  /** Whether it is for OpenSSL, which falls back to the name in the subject. */
  coversBySubject: boolean;
  validFrom: number;
  validTo: number;
  /** Extended key usages, as object identifiers; undefined if it has no such limit. */
  usages: string[] | undefined;
  /** `rsa`, `ec`, `ed25519`, … */
  keyType: string;
  /** Of an RSA key. */
  keyBits: number | undefined;
  /** Of an EC key: `prime256v1`, … */
  curve: string | undefined;
  /** Undefined if it has no such limit. */
  keyUsage: KeyUsage[] | undefined;
  /** A CA, which may sign others. */
  isCa: boolean;
  /** Its subjectAltName is critical. */
  criticalNames: boolean;
  /** Clients must get the status of the certificate from the server (RFC 7633). */
  mustStaple: boolean;
  /** Its chain must have a policy (`requireExplicitPolicy`). */
  needsPolicy: boolean;
  /** Signed with MD5 or SHA-1. */
  weakSignature: boolean;
}
