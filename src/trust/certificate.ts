import type { Ca } from './table/machine.js';
import { caPath } from '../ca/ca-root.js';
import { nickname, parseCertificate, subjectOf } from '../ca/read-certificate.js';
import { readText } from './files.js';

/** The CA with its certificate, to find it in lists. */
export interface CaCertificate extends Ca {
  /** The base64 text of the PEM file, without line breaks. */
  base64: string;
  /** Its distinguished name. */
  subject: string;
}

/** @returns the CA in mkcert's folder; undefined if there is none, or it cannot be read */
export function findCa(): CaCertificate | undefined {
  const path = caPath();
  const pem = readText(path);
  if (pem === undefined) {
    return undefined;
  }
  try {
    const certificate = parseCertificate(pem);
    const { raw, serialNumber: serial } = certificate;
    const subject = subjectOf(certificate);
    return { path, name: nickname(pem), serial, subject, base64: raw.toString('base64') };
  } catch {
    // The file does not contain a certificate, so no client trusts it.
    return undefined;
  }
}

function isOfName(block: string, { subject }: CaCertificate): boolean {
  try {
    return subjectOf(parseCertificate(block)) === subject;
  } catch {
    // OpenSSL also skips blocks that are not certificates.
    return false;
  }
}

/** @returns whether a PEM text has a certificate with the CA's name */
export function hasNamesake(pem: string, ca: CaCertificate): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.some((block) => isOfName(block, ca));
}

/** @returns whether a PEM text has exactly this certificate, with any line breaks */
export function containsCa(pem: string | undefined, { base64 }: CaCertificate): boolean {
  const text = pem?.replaceAll(/\s/g, '') ?? '';
  return text.includes(`-----BEGINCERTIFICATE-----${base64}-----END`);
}
