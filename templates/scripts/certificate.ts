import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Mistakes } from '../src/mistakes.js';
import type { Settings } from '../src/settings.js';
import { readTls } from '../src/tls.js';

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** Says why the certificate cannot serve `hosts` for another week; nothing if it can. */
export function problemWith(settings: Settings, hosts: string[]): string | undefined {
  try {
    readTls(settings);
  } catch (error) {
    if (error instanceof Mistakes) return error.message;
    throw error;
  }
  const certificate = new X509Certificate(readFileSync(settings.CERT_KEY));
  const uncovered = hosts.filter((host) => !covers(certificate, host));
  if (uncovered.length > 0) return `${settings.CERT_KEY} does not cover ${uncovered.join(', ')}.`;
  const endsSoon = Date.parse(certificate.validTo) - Date.now() < weekMs;
  return endsSoon ? `${settings.CERT_KEY} ends on ${certificate.validTo}.` : undefined;
}

function covers(certificate: X509Certificate, host: string): boolean {
  const name = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  return name !== undefined;
}

/** Whether the files are somebody's own, and not what mkcert made here before. */
export function isForeign({ PRIV_KEY, CERT_KEY }: Settings): boolean {
  if (!existsSync(CERT_KEY)) return existsSync(PRIV_KEY);
  try {
    const { issuer } = new X509Certificate(readFileSync(CERT_KEY));
    return !issuer.includes('O=mkcert development CA');
  } catch {
    // What cannot be read as a certificate was not made by mkcert.
    return true;
  }
}
