import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Settings } from '../settings.js';
import { everywhere } from './addresses.js';

interface Pair {
  certificate: X509Certificate;
  key: KeyObject;
}

/** Says what would make every client refuse: a key of another certificate, the dates, the names. */
export function certificateProblem(pair: Pair, settings: Settings): string | undefined {
  const { CERT_KEY, PRIV_KEY } = settings;
  const { validFrom, validTo } = pair.certificate;
  // OpenSSL does not notice an RSA key beside an EC certificate: every handshake would fail.
  if (!pair.certificate.checkPrivateKey(pair.key))
    return `${PRIV_KEY} does not belong to ${CERT_KEY}`;
  if (Date.parse(validTo) < Date.now()) return `${CERT_KEY} expired on ${validTo}`;
  if (Date.parse(validFrom) > Date.now()) return `${CERT_KEY} is not valid before ${validFrom}`;
  return nameProblem(pair.certificate, settings);
}

/**
 * The service must be reachable under a name that is on its certificate: HOST, or the host of a page
 * that it serves. Where it listens on every address, its names may be known to DNS only.
 */
function nameProblem(certificate: X509Certificate, { CERT_KEY, HOST, DOMAINS }: Settings) {
  const { subjectAltName } = certificate;
  if (subjectAltName === undefined) return `${CERT_KEY} names no host (it has no subjectAltName)`;
  const pages = DOMAINS.filter((origin) => /^https?:/.test(origin));
  if (everywhere.has(HOST) || pages.length === 0) return undefined;
  const hosts = [HOST, ...pages.map((origin) => new URL(origin).hostname)];
  if (hosts.some((host) => covers(certificate, host))) return undefined;
  const names = [...new Set(hosts)].join(', ');
  return `${CERT_KEY} covers ${subjectAltName}, but neither HOST nor a host in DOMAINS (${names})`;
}

/** Whether clients that connect to `host`, a name or an address, accept the certificate. */
function covers(certificate: X509Certificate, host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  return found !== undefined;
}
