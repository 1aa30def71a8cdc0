import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { covers } from '../src/certificate.js';
import { Mistakes } from '../src/mistakes.js';
import { schema } from '../src/schema.js';
import type { Settings } from '../src/settings.js';
import { readTls } from '../src/tls.js';
import { caRoot, mkcertAuthority } from './authorities.js';

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** Says why the service could not start with the files; nothing if it could. */
export function tlsProblem(settings: Settings): string | undefined {
  try {
    readTls(settings);
    return undefined;
  } catch (error) {
    if (error instanceof Mistakes) return error.message;
    throw error;
  }
}

/** Says what the certificate lacks to serve `hosts` for another week; nothing if it can. */
export function lackOf({ CERT_KEY }: Settings, hosts: string[]): string | undefined {
  const certificate = new X509Certificate(readFileSync(CERT_KEY));
  const uncovered = hosts.filter((host) => !covers(certificate, host));
  if (uncovered.length > 0) return `${CERT_KEY} does not cover ${uncovered.join(', ')}.`;
  if (isOfAnotherAuthority(certificate)) {
    return `${CERT_KEY} was issued by another authority than mkcert's in ${caRoot()}.`;
  }
  return endsSoon(certificate) ? `${CERT_KEY} ends on ${certificate.validTo}.` : undefined;
}

/** In less than a week, or in the last third of a short life. */
function endsSoon({ validFrom, validTo }: X509Certificate): boolean {
  const lifetimeMs = Date.parse(validTo) - Date.parse(validFrom);
  return Date.parse(validTo) - Date.now() < Math.min(weekMs, lifetimeMs / 3);
}

/** Whether the files may be written: they have their usual names, and are absent or mkcert's. */
export function mayReplace({ PRIV_KEY, CERT_KEY }: Settings): boolean {
  const { properties } = schema;
  const usual =
    PRIV_KEY === properties.PRIV_KEY?.default && CERT_KEY === properties.CERT_KEY?.default;
  if (!usual || !existsSync(CERT_KEY)) return usual && !existsSync(PRIV_KEY);
  try {
    const certificate = new X509Certificate(readFileSync(CERT_KEY));
    return isMkcerts(certificate) && (!existsSync(PRIV_KEY) || belongs(certificate, PRIV_KEY));
  } catch {
    // What cannot be read was not made by mkcert.
    return false;
  }
}

function isMkcerts(certificate: X509Certificate): boolean {
  return certificate.issuer.includes('O=mkcert development CA');
}

/** Another user's, or an earlier one's: their names can be the same, so the signature tells. */
function isOfAnotherAuthority(certificate: X509Certificate): boolean {
  const root = mkcertAuthority();
  if (root === undefined || !isMkcerts(certificate)) return false;
  try {
    return !certificate.verify(new X509Certificate(root).publicKey);
  } catch {
    // The file is broken, and whoever issues a certificate by it will say so.
    return true;
  }
}

function belongs(certificate: X509Certificate, path: string): boolean {
  return certificate.checkPrivateKey(createPrivateKey(readFileSync(path)));
}
