import type { KeyObject, webcrypto } from 'node:crypto';
import { isAddress } from '../core/hosts.js';
import { UserError } from '../core/errors.js';
import { crypto } from './read-certificate.js';
import { caName } from './ca-name.js';
import type * as Library from './x509-library.js';

const dayMs = 24 * 60 * 60 * 1000;

/** Ten years, like mkcert's CA. */
const caDays = 3650;

type Algorithm = { name: string; hash: string; namedCurve?: string };

/** Signature algorithms by key type: mkcert's CA has RSA or P-256, manual CAs may have others. */
const algorithms: Record<string, Algorithm> = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  prime256v1: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
  secp384r1: { name: 'ECDSA', hash: 'SHA-384', namedCurve: 'P-384' },
  secp521r1: { name: 'ECDSA', hash: 'SHA-512', namedCurve: 'P-521' },
};

/** @throws UserError for a key that cannot sign certificates for TLS */
function algorithmOf(key: KeyObject): Algorithm {
  const { asymmetricKeyType = '', asymmetricKeyDetails } = key;
  const kind = asymmetricKeyType === 'ec' ? asymmetricKeyDetails?.namedCurve : asymmetricKeyType;
  const found = algorithms[kind ?? ''];
  if (found === undefined) {
    throw new UserError(
      `The CA's key has the type ${kind}, which cannot sign certificates for TLS.`,
      'Set CAROOT to another folder to create a new CA there.',
      { code: 'unreadable-file', stage: 'apply' },
    );
  }
  return found;
}

async function imported(key: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = crypto().webcrypto;
  const algorithm = algorithmOf(key);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const spki = crypto().createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await subtle.importKey('pkcs8', der, algorithm, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  };
}

/** @returns a new P-256 key: all clients support it, at a tenth of RSA's cost per handshake */
export function newKey(): KeyObject {
  return crypto().generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** Strings need a type: otherwise the library would interpret quotes in them. */
function nameOf({ Name }: typeof Library, parts: Record<string, string>): Library.Name {
  return new Name(
    Object.entries(parts).map(([part, text]) => ({ [part]: [{ utf8String: text }] })),
  );
}

/** A positive number of 128 bits, as RFC 5280 (4.1.2.2) allows and mkcert uses. */
function serialNumber(): string {
  const bytes = crypto().randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** The first and the last second are both part of it (RFC 5280, 4.1.2.5). */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const from = Math.floor(Date.now() / 1000) * 1000;
  return { notBefore: new Date(from), notAfter: new Date(from + days * dayMs - 1000) };
}

function pem(certificate: Library.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

/**
 * Creates the certificate of a CA in mkcert's format: self-signed, no CA below it, ten years.
 * @param key of the CA
 * @param owner `user@host`, which users see in their trust store
 * @returns PEM
 */
export async function certifyCa(key: KeyObject, owner: string): Promise<string> {
  const library = await import('./x509-library.js');
  const { privateKey, publicKey } = await imported(key);
  const subject = nameOf(library, { O: caName, OU: owner, CN: `mkcert ${owner}` });
  const certificate = await library.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: subject,
    ...validity(caDays),
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: algorithmOf(key),
    extensions: [
      new library.BasicConstraintsExtension(true, 0, true),
      new library.KeyUsagesExtension(library.KeyUsageFlags.keyCertSign, true),
      await library.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return pem(certificate);
}

function generalName(host: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isAddress(host) ? 'ip' : 'dns', value: host };
}

interface Request {
  /** The CA: its certificate in PEM, and its key. */
  ca: { certificate: string; key: KeyObject };
  /** The key of the server. */
  key: KeyObject;
  /** Names and addresses: at least one. */
  hosts: string[];
  days: number;
  owner: string;
}

/** @returns the certificate of a server, in PEM; no chain is needed, since the CA is a root */
export async function certify({ ca, key, hosts, days, owner }: Request): Promise<string> {
  const library = await import('./x509-library.js');
  const issuer = new library.X509Certificate(ca.certificate);
  const { privateKey } = await imported(ca.key);
  const { publicKey } = await imported(key);
  const certificate = await library.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(library, { O: 'mkcert development certificate', OU: owner }),
    issuer: issuer.subjectName,
    ...validity(days),
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: algorithmOf(ca.key),
    extensions: [
      new library.KeyUsagesExtension(library.KeyUsageFlags.digitalSignature, true),
      new library.ExtendedKeyUsageExtension([library.ExtendedKeyUsage.serverAuth]),
      await library.AuthorityKeyIdentifierExtension.create(issuer),
      new library.SubjectAlternativeNameExtension(hosts.map(generalName)),
    ],
  });
  return pem(certificate);
}
