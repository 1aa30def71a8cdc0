import type { KeyObject, X509Certificate } from 'node:crypto';
import { UserError } from '../core/errors.js';
import { refusalsOf } from '../core/browsers.js';
import { pageHosts } from '../core/hosts.js';
import { flagOf, type KnownAnswers } from '../options/options.js';
import { factsOf, oneLine } from '../ca/certificate-facts.js';
import {
  covers,
  crypto,
  endOf,
  isIssuedBy,
  namesOn,
  parseCertificate,
} from '../ca/read-certificate.js';
import { certificatesIn, nodeList, systemList, vouchesFor } from '../trust/ca-lists.js';
import { caPath } from '../ca/ca-root.js';
import { readText } from '../trust/files.js';
import { readRegularFile } from '../io/read-file.js';
import { reasonOf } from '../io/system-errors.js';

type PemOption = 'keyFile' | 'certFile' | 'caFile';

function refuse(option: PemOption, message: string, fix: string, cause?: unknown): UserError {
  return new UserError(`${flagOf(option)}: ${message}`, fix, {
    code: 'unreadable-file',
    stage: 'answers',
    cause,
  });
}

function readPem(option: PemOption, path: string): string {
  try {
    return readRegularFile(path).toString();
  } catch (error) {
    const message = `${path} cannot be read: ${reasonOf(error)}.`;
    throw refuse(option, message, 'Pass the path of a PEM file.', error);
  }
}

function readCertificate(option: PemOption, path: string): X509Certificate {
  const text = readPem(option, path);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    const fix = 'Pass a PEM file that begins with -----BEGIN CERTIFICATE-----.';
    throw refuse(option, `${path} contains no PEM certificate.`, fix);
  }
  try {
    return parseCertificate(text);
  } catch (error) {
    throw refuse(option, `${path} is not a complete certificate.`, 'Copy the file again.', error);
  }
}

/** @returns the key; undefined for an encrypted one */
function readKey(path: string): KeyObject | undefined {
  const text = readPem('keyFile', path);
  if (text.includes('ENCRYPTED')) {
    return undefined;
  }
  try {
    return crypto().createPrivateKey(text);
  } catch (error) {
    const fix = 'Pass a PEM file that begins with -----BEGIN PRIVATE KEY-----.';
    throw refuse('keyFile', `${path} contains no private key.`, fix, error);
  }
}

/** A host name, an address or a wildcard. A certificate may also name mail addresses and URIs. */
const hostName = /^[\da-z.:*-]+$/i;

/** @returns the hosts on a certificate; empty if it cannot be read: that is reported elsewhere */
export function namesIn(certFile: string): string[] {
  try {
    return namesOn(readCertificate('certFile', certFile)).filter((name) => hostName.test(name));
  } catch {
    return [];
  }
}

/**
 * Checks one PEM file by itself.
 * @throws UserError if it cannot be read or has other contents
 */
export function checkPem(option: string, path: string): void {
  if (option === 'keyFile') {
    readKey(path);
  } else {
    readCertificate(option === 'caFile' ? 'caFile' : 'certFile', path);
  }
}

/**
 * Checks the files of `certSource` files as the service does at start.
 * @returns warnings about files that work but need something
 * @throws UserError for files that are missing, not PEM, or do not belong together
 */
export function checkPemFiles(answers: Pick<KnownAnswers, PemOption | 'origins'>): string[] {
  const { origins = [] } = answers;
  const { keyFile = '', certFile = '', caFile } = answers;
  const certificate = readCertificate('certFile', certFile);
  const key = readKey(keyFile);
  if (key !== undefined && !certificate.checkPrivateKey(key)) {
    const fix =
      'Pass the key with which the certificate was requested. That certificate must be the first in its file.';
    throw refuse('keyFile', `${keyFile} does not belong to ${certFile}.`, fix);
  }
  if (caFile !== undefined) {
    readCertificate('caFile', caFile);
  }
  return [
    ...nameWarning(certificate, origins),
    ...(endOf(certificate) < Date.now()
      ? [`The certificate ${certFile} expired on ${certificate.validTo}.`]
      : []),
    ...chainWarning(certificate, answers),
    ...browserWarnings(certificate, certFile),
    ...(key === undefined ? ['The key is encrypted: set KEY_PASSPHRASE in .env.'] : []),
  ];
}

/** A server sends its intermediate certificates, too: clients only have the root (RFC 8446, 4.4.2). */
function chainWarning(
  certificate: X509Certificate,
  files: Pick<KnownAnswers, PemOption>,
): string[] {
  const { certFile = '', caFile } = files;
  const texts = [
    readPem('certFile', certFile),
    ...(caFile === undefined ? [] : [readPem('caFile', caFile)]),
  ];
  const sent = certificatesIn(texts.join('\n'));
  if (sent.some((each) => isIssuedBy(certificate, each))) {
    return [];
  }
  const mkcert = certificatesIn(readText(caPath()) ?? '');
  const known = [...nodeList(), ...(systemList() ?? []), ...mkcert];
  return vouchesFor(known, [certificate])
    ? []
    : [
        `${certFile} does not contain the certificate of its issuer, ${oneLine(certificate.issuer)}. If that is an intermediate CA, clients refuse the connection: put its certificate at the end of the file, or pass --ca-file.`,
      ];
}

/** What browsers refuse, and the service's OpenSSL accepts. */
function browserWarnings(certificate: X509Certificate, path: string): string[] {
  return refusalsOf(factsOf(certificate, ''), 'leaf').map(
    ({ browsers, problem, fix }) =>
      `${path} ${problem}. Refused by: ${browsers.join(', ')}. ${fix}`,
  );
}

/** A page is opened with a name of the certificate, and its origin must be listed. */
function nameWarning(certificate: X509Certificate, origins: string[]): string[] {
  const names = pageHosts(origins);
  if (names.length === 0 || names.some((name) => covers(certificate, name))) {
    return [];
  }
  const has = certificate.subjectAltName ?? 'no name';
  return [`The certificate covers no origin in --origins. Its names: ${has}.`];
}

/**
 * @param pem the text of a certificate file
 * @returns the first name that the certificate covers; a wildcard counts as one of its names
 */
export function nameOnCertificate(pem: Buffer, names: string[]): string | undefined {
  const certificate = parseCertificate(pem);
  return names
    .map((name) => name.replace(/^\*\./, 'any.'))
    .find((name) => covers(certificate, name));
}
