import type { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isInTime, isIssuedBy, parseCertificate } from '../ca/read-certificate.js';
import { readText } from './files.js';
import { caCertificates, rootCertificates } from './node-lists.js';
import { systemBundles } from './system-lists.js';

const block =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** The longest chain from a certificate to a self-signed one. */
const longestWay = 10;

/** @returns the certificates in a PEM text; anything else is skipped, as OpenSSL does */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(block) ?? []).flatMap((text) => {
    try {
      return [parseCertificate(text)];
    } catch {
      // An unreadable certificate signs nothing.
      return [];
    }
  });
}

function isRoot(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

/** Whether a list contains the rest of the chain of a certificate, up to a root. */
function hasWay(from: X509Certificate, list: X509Certificate[]): boolean {
  let current = from;
  for (let step = 0; step < longestWay; step += 1) {
    const here = current;
    if (isRoot(here)) {
      return list.some(({ raw }) => raw.equals(here.raw));
    }
    const issuer = list.find((ca) => isIssuedBy(here, ca));
    if (issuer === undefined) {
      return false;
    }
    current = issuer;
  }
  return false;
}

/** @returns the certificates of a list above one, up to a root */
export function wayAbove(from: X509Certificate, list: X509Certificate[]): X509Certificate[] {
  const way: X509Certificate[] = [];
  for (let last = from; way.length < longestWay && !isRoot(last); last = way.at(-1) ?? last) {
    const child = last;
    const issuers = list.filter((ca) => isIssuedBy(child, ca));
    const issuer = issuers.find(isInTime) ?? issuers[0];
    if (issuer === undefined) {
      break;
    }
    way.push(issuer);
  }
  return way;
}

/**
 * @param chain as a server sends it: each certificate follows one that it signed
 * @returns whether a CA in the list signed it, whatever its dates, names and uses are (RFC 5280, 6.1)
 */
export function vouchesFor(list: X509Certificate[], chain: X509Certificate[]): boolean {
  return chain.some((certificate) => hasWay(certificate, list));
}

function readNodeList(): X509Certificate[] {
  const own = caCertificates('default');
  if (own !== undefined) {
    return certificatesIn(own.join('\n'));
  }
  const { NODE_EXTRA_CA_CERTS: extra = '', NODE_OPTIONS: options = '' } = process.env;
  const openssl = `${options} ${process.execArgv.join(' ')}`.includes('--use-openssl-ca');
  const more = extra === '' ? [] : certificatesIn(readText(extra) ?? '');
  return [...(openssl ? (systemList() ?? []) : publicList()), ...more];
}

function readSystemList(): X509Certificate[] | undefined {
  if (process.platform !== 'linux') {
    const own = caCertificates('system');
    return own === undefined ? undefined : certificatesIn(own.join('\n'));
  }
  const named = process.env['SSL_CERT_FILE'] ?? '';
  const path = named === '' ? systemBundles.find((bundle) => existsSync(bundle)) : named;
  return path === undefined ? undefined : certificatesIn(readText(path) ?? '');
}

/** Each list has more than a hundred certificates, so it is only read once. */
function once<T>(read: () => T): () => T {
  const known: { value?: T } = {};
  return () => {
    known.value ??= read();
    return known.value;
  };
}

/** @returns the public CAs, as Node.js has them from Mozilla */
export const publicList = once(() => certificatesIn(rootCertificates().join('\n')));

/** @returns the CAs that system tools trust; undefined if that is unknown */
export const systemList = once(readSystemList);

/** @returns the CAs that this Node.js trusts by default */
export const nodeList = once(readNodeList);
