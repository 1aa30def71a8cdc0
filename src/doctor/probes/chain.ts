import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { isInTime, isIssuedBy, parseCertificate } from '../../ca/read-certificate.js';

/** At most this many certificates are read. */
const mostCertificates = 10;

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

/**
 * @param sent certificates in any order, the server's own first
 * @returns the way from that one to the last that was sent, each before the one that signed it
 */
export function pathIn(sent: X509Certificate[]): X509Certificate[] {
  const path = sent.slice(0, 1);
  while (path.length > 0 && path.length < mostCertificates) {
    const last = path.at(-1);
    const issuers = sent.filter(
      (each) => last !== undefined && !isIn(path, each) && isIssuedBy(last, each),
    );
    // Clients look for one that is valid.
    const next = issuers.find(isInTime) ?? issuers[0];
    if (next === undefined) {
      break;
    }
    path.push(next);
  }
  return path;
}

function isIn(list: X509Certificate[], { raw }: X509Certificate): boolean {
  return list.some((each) => each.raw.equals(raw));
}

/** @returns whether a public CA has logged the certificate */
export function isLogged({ raw }: X509Certificate): boolean {
  return raw.includes(timestampList);
}
