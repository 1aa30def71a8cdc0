import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { everywhere } from './addresses.js';
import { Mistakes } from './mistakes.js';
import { wayOut } from './pem.js';
import type { Settings } from './settings.js';

/**
 * Checks what would make every client turn away: a key of another certificate, the dates, the names.
 *
 * @throws {Mistakes} with one line that says what is wrong, and the way out.
 */
export function checkCertificate(
  certificate: X509Certificate,
  key: KeyObject,
  settings: Settings,
): void {
  const problem = problemOf(certificate, key, settings);
  if (problem !== undefined) {
    throw new Mistakes([`${problem}. ${wayOut('CERT_KEY', settings.CERT_KEY)}`]);
  }
}

function problemOf(certificate: X509Certificate, key: KeyObject, settings: Settings) {
  const { CERT_KEY, PRIV_KEY } = settings;
  const { validFrom, validTo } = certificate;
  // OpenSSL itself does not notice an RSA key beside an EC certificate: every handshake would fail.
  if (!certificate.checkPrivateKey(key)) return `${PRIV_KEY} does not belong to ${CERT_KEY}`;
  if (Date.parse(validTo) < Date.now()) return `${CERT_KEY} expired on ${validTo}`;
  if (Date.parse(validFrom) > Date.now()) return `${CERT_KEY} is not valid before ${validFrom}`;
  return nameProblem(certificate, settings);
}

/**
 * The service must be reachable under a name that is on its certificate: HOST, or the host of a page
 * that it serves itself. Where it listens everywhere, it can have names that nobody tells it.
 */
function nameProblem(certificate: X509Certificate, { CERT_KEY, HOST, DOMAINS }: Settings) {
  const { subjectAltName } = certificate;
  if (subjectAltName === undefined) return `${CERT_KEY} names no host (it has no subjectAltName)`;
  const origins = DOMAINS.filter((origin) => URL.canParse(origin));
  const hosts = [HOST, ...origins.map((origin) => new URL(origin).hostname)];
  if (everywhere.has(HOST) || origins.length === 0) return undefined;
  if (hosts.some((host) => covers(certificate, host))) return undefined;
  const names = [...new Set(hosts)].join(', ');
  return `${CERT_KEY} covers ${subjectAltName}, but neither HOST nor a host in DOMAINS (${names})`;
}

/** Whether clients that connect to `host`, a name or an address, accept the certificate. */
export function covers(certificate: X509Certificate, host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  return found !== undefined;
}
