import type { Authority } from './table/evidence.js';
import { authorityPath } from '../ca/ca-root.js';
import { nickname, parseCertificate } from '../ca/certificate.js';
import { readText } from './files.js';

/** The CA with its certificate, by which it is found in lists. */
export interface Root extends Authority {
  /** The certificate as it stands between the lines of a PEM file, without line breaks. */
  base64: string;
  /** Its name in full. */
  subject: string;
}

/** @returns the CA in mkcert's folder; nothing where there is none, or none that can be read */
export function findRoot(): Root | undefined {
  const path = authorityPath();
  const pem = readText(path);
  if (pem === undefined) {
    return undefined;
  }
  try {
    const { raw, subject, serialNumber: serial } = parseCertificate(pem);
    return { path, name: nickname(pem), serial, subject, base64: raw.toString('base64') };
  } catch {
    // What is no certificate is trusted by nobody.
    return undefined;
  }
}

function isOfName(block: string, { subject }: Root): boolean {
  try {
    return parseCertificate(block).subject === subject;
  } catch {
    // A block that is no certificate is passed over by OpenSSL, too.
    return false;
  }
}

/** @returns whether a text in PEM has a certificate of the CA's name */
export function hasNamesake(pem: string, root: Root): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.some((block) => isOfName(block, root));
}

/** @returns whether a text in PEM has this very certificate, however its lines are broken */
export function holds(pem: string | undefined, { base64 }: Pick<Root, 'base64'>): boolean {
  const text = pem?.replaceAll(/\s/g, '') ?? '';
  return text.includes(`-----BEGINCERTIFICATE-----${base64}-----END`);
}
