import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Settings } from '../settings.js';
import { anyAddress } from './addresses.js';
import { ConfigError, codeOf, messageOf } from './errors.js';

// Only authenticated encryption with forward secrecy. Node turns TLS 1.3 off if a list of ciphers
// has none of its suites, so they are listed too.
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** The folder of the project: lib/ is two levels below it. */
const project = join(import.meta.dirname, '..', '..');
const development = ['certs/key.pem', 'certs/cert.pem'];
const maxBytes = 1_048_576;

/**
 * Reads the private key, the certificate and its chain, and checks them before a client connects.
 *
 * @throws {ConfigError} with one line that says what is wrong and what to do.
 */
export function readTls(settings: Settings): SecureContextOptions & { cert: string } {
  const key = readPem('PRIV_KEY', settings.PRIV_KEY);
  const cert = readPem('CERT_KEY', settings.CERT_KEY);
  const chain = settings.CA_CERT === '' ? '' : readPem('CA_CERT', settings.CA_CERT);
  const certificate = parseCertificate(cert, settings);
  const problem = pairProblem(certificate, parseKey(key, settings), settings);
  if (problem !== undefined) {
    throw new ConfigError([`${problem}. ${fixFor('CERT_KEY', settings.CERT_KEY)}`]);
  }

  const options = {
    key,
    cert: `${cert}\n${chain}`,
    passphrase: settings.KEY_PASSPHRASE,
    minVersion: 'TLSv1.2' as const,
    ciphers,
    honorCipherOrder: true,
  };
  checkWithOpenSsl(options, settings);
  return options;
}

function parseKey(key: string, { PRIV_KEY, KEY_PASSPHRASE }: Settings): KeyObject {
  try {
    return createPrivateKey({ key, passphrase: KEY_PASSPHRASE });
  } catch (cause) {
    const line = key.includes('ENCRYPTED')
      ? `${PRIV_KEY} is encrypted, and KEY_PASSPHRASE does not decrypt it. Correct KEY_PASSPHRASE.`
      : `${PRIV_KEY} is not a private key in PEM form. ${fixFor('PRIV_KEY', PRIV_KEY)}`;
    throw new ConfigError([line], { cause });
  }
}

function parseCertificate(cert: string, { CERT_KEY }: Settings): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    const line = `${CERT_KEY} is not a certificate in PEM form. ${fixFor('CERT_KEY', CERT_KEY)}`;
    throw new ConfigError([line], { cause });
  }
}

/** Explains why every client would refuse the pair: the wrong key, the dates, the names. */
function pairProblem(
  certificate: X509Certificate,
  key: KeyObject,
  settings: Settings,
): string | undefined {
  const { CERT_KEY, PRIV_KEY } = settings;
  const { validFrom, validTo } = certificate;
  // OpenSSL does not notice an RSA key with an EC certificate: every handshake would fail.
  if (!certificate.checkPrivateKey(key)) return `${PRIV_KEY} does not belong to ${CERT_KEY}`;
  if (Date.parse(validTo) < Date.now()) return `${CERT_KEY} expired on ${validTo}`;
  if (Date.parse(validFrom) > Date.now()) return `${CERT_KEY} is not valid before ${validFrom}`;
  return browserProblem(certificate, settings) ?? nameProblem(certificate, settings);
}

const browserCurves = new Set(['prime256v1', 'secp384r1']);

/** Explains why browsers would refuse the key, which OpenSSL accepts: its type, or its use. */
function browserProblem({ publicKey, raw }: X509Certificate, { CERT_KEY }: Settings) {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails } = publicKey;
  const curve = asymmetricKeyDetails?.namedCurve;
  const isKnown = type === 'rsa' || (type === 'ec' && browserCurves.has(curve ?? ''));
  if (!isKnown) return `${CERT_KEY} has a key that not all browsers support (${curve ?? type})`;
  if (canSign(raw)) return undefined;
  return `${CERT_KEY} has a keyUsage without digitalSignature, which browsers need`;
}

/**
 * Whether a certificate in DER allows its key to sign handshakes. `X509Certificate` does not show the
 * extension keyUsage: an object identifier, whether it is critical, and bits (RFC 5280, section 4.2).
 */
function canSign(raw: Buffer): boolean {
  const start = raw.indexOf('0603551d0f', 0, 'hex');
  if (start < 0) return true;
  const critical = raw[start + 5] === 1 ? 3 : 0;
  return ((raw[start + critical + 10] ?? 0) & 0x80) !== 0;
}

/**
 * The certificate must cover a name of the service: HOST, or a host in DOMAINS. If the service
 * listens on every address, only DNS may know its names.
 */
function nameProblem(certificate: X509Certificate, { CERT_KEY, HOST, DOMAINS }: Settings) {
  const { subjectAltName } = certificate;
  if (subjectAltName === undefined) return `${CERT_KEY} names no host (it has no subjectAltName)`;
  const pages = DOMAINS.filter((origin) => /^https?:/.test(origin));
  if (anyAddress.has(HOST) || pages.length === 0) return undefined;
  const hosts = [HOST, ...pages.map((origin) => new URL(origin).hostname)];
  if (hosts.some((host) => covers(certificate, host))) return undefined;
  const names = [...new Set(hosts)].join(', ');
  return `${CERT_KEY} covers ${subjectAltName}, but neither HOST nor a host in DOMAINS (${names})`;
}

/** Whether clients that connect to `host`, a name or an IP address, accept the certificate. */
function covers(certificate: X509Certificate, host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  return found !== undefined;
}

/** Lets OpenSSL check the rest, such as a chain that does not parse or a key that is too short. */
function checkWithOpenSsl(options: SecureContextOptions, { CERT_KEY }: Settings): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    throw new ConfigError([`OpenSSL refuses ${CERT_KEY}: ${messageOf(cause)}.`], { cause });
  }
}

/**
 * Reads the file that the setting `name` points to.
 *
 * @throws {ConfigError} with one line; also if it is not a regular file: reading a pipe may never end.
 */
function readPem(name: string, path: string): string {
  try {
    const file = statSync(path);
    if (!file.isFile() || file.size > maxBytes) throw new Error('it is not a regular PEM file');
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(cause)}`;
    const fix =
      code === 'EACCES' ? 'Let the user that runs the service read it.' : fixFor(name, path);
    throw new ConfigError([`${resolve(path)} ${problem}. ${fix}`], { cause });
  }
}

/** Development certificates can be created again. Other files belong to their owner. */
function fixFor(name: string, path: string): string {
  if (!development.includes(path)) return `Correct ${name}.`;
  // There, no script can create one: it would need the development dependencies.
  if (process.env['NODE_ENV'] === 'production') return `Set ${name} to the file of this server.`;
  const elsewhere = relative(project, '') !== '';
  return elsewhere ? `Start the service in its own folder, ${project}.` : 'Run: npm run certs';
}
