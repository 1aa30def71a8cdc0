import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Settings } from '../settings.js';
import { certificateProblem } from './certificate.js';
import { ConfigError } from './config-error.js';
import { fixFor, readPem } from './pem.js';

// Authenticated encryption with forward secrecy only. Node turns TLS 1.3 off when a list of
// ciphers names none of its suites, so they are listed too.
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

/**
 * Reads the private key, the certificate and its chain, and checks them before a client connects.
 *
 * @throws {ConfigError} with one line that says what is wrong, and what to do.
 */
export function readTls(settings: Settings): SecureContextOptions & { cert: string } {
  const key = readPem('PRIV_KEY', settings.PRIV_KEY);
  const cert = readPem('CERT_KEY', settings.CERT_KEY);
  const chain = settings.CA_CERT === '' ? '' : readPem('CA_CERT', settings.CA_CERT);
  const parsed = { certificate: parseCertificate(cert, settings), key: parseKey(key, settings) };
  const problem = certificateProblem(parsed, settings);
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
      ? `${PRIV_KEY} is encrypted, and KEY_PASSPHRASE does not open it.`
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

/** Lets OpenSSL judge the rest, such as a chain that does not parse or a key that is too short. */
function checkWithOpenSsl(options: SecureContextOptions, { CERT_KEY }: Settings): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([`OpenSSL refuses ${CERT_KEY}: ${reason}.`], { cause });
  }
}
