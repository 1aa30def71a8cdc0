/** A certificate, as the server sends it. Times are in milliseconds since the epoch. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** The names in its subjectAltName; undefined if it has none. */
  names: string[] | undefined;
  commonName: string | undefined;
  /** Whether it is valid for the host of the URL. */
  covers: boolean;
  validFrom: number;
  validTo: number;
  /** Extended key usages, as object identifiers; undefined if it has no such limit. */
  usages: string[] | undefined;
  /** `rsa`, `ec`, `ed25519`, … */
  keyType: string;
  /** Of an RSA key. */
  keyBits: number | undefined;
  /** Signed with MD5 or SHA-1. */
  weakSignature: boolean;
}
