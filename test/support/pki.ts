import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  GeneralName,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  type JsonGeneralName,
} from '@peculiar/x509';
import { isAddress } from '../../src/core/hosts.js';

/** A certificate and its key, both as PEM, with what signs others by it. */
export interface Issued {
  cert: string;
  key: string;
  keys: webcrypto.CryptoKeyPair;
  name: string;
}

interface Wanted {
  /** The subject in full, as `CN=Name`. */
  name: string;
  /** None: no subjectAltName. */
  hosts?: string[];
  /** Who signs it; without one it signs itself. */
  by?: Issued;
  isCa?: boolean;
  /** Days from now. */
  from?: number;
  to?: number;
  usage?: string;
  /** The bits of an RSA key; without them it is of P-256. */
  bits?: number;
  hash?: string;
  issuerUrl?: string;
  /** A list of timestamps that is none: only its presence is looked at. */
  logged?: boolean;
  /** A key that is there already. */
  keys?: webcrypto.CryptoKeyPair;
}

const dayMs = 24 * 60 * 60 * 1000;
export const serverUsage = '1.3.6.1.5.5.7.3.1';
export const clientUsage = '1.3.6.1.5.5.7.3.2';
const timestamps = '1.3.6.1.4.1.11129.2.4.2';

function newKeys({ bits, hash = 'SHA-256' }: Wanted): Promise<webcrypto.CryptoKeyPair> {
  const algorithm =
    bits === undefined
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          hash,
          modulusLength: bits,
          publicExponent: new Uint8Array([1, 0, 1]),
        };
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function namesOf(hosts: string[]): JsonGeneralName[] {
  return hosts.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }));
}

function extensionsOf({ hosts, isCa = false, usage, issuerUrl, logged = false }: Wanted) {
  return [
    new BasicConstraintsExtension(isCa, undefined, true),
    ...(hosts === undefined ? [] : [new SubjectAlternativeNameExtension(namesOf(hosts))]),
    ...(usage === undefined ? [] : [new ExtendedKeyUsageExtension([usage])]),
    ...(issuerUrl === undefined
      ? []
      : [new AuthorityInfoAccessExtension({ caIssuers: [new GeneralName('url', issuerUrl)] })]),
    ...(logged ? [new Extension(timestamps, false, Uint8Array.from([4, 2, 0, 0]))] : []),
  ];
}

/** The text of a key or a certificate, with a line break at its end. */
function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Makes a key and a certificate. */
export async function make(wanted: Wanted): Promise<Issued> {
  const { name, by, from = -1, to = 300, hash = 'SHA-256' } = wanted;
  const keys = wanted.keys ?? (await newKeys(wanted));
  const signer = by?.keys ?? keys;
  const signs = signer.privateKey.algorithm.name;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
        .toString('hex')
        .replace(/^./, '4'),
      subject: name,
      issuer: by?.name ?? name,
      notBefore: new Date(Date.now() + from * dayMs),
      notAfter: new Date(Date.now() + to * dayMs),
      publicKey: keys.publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: { name: signs, hash },
      extensions: extensionsOf(wanted),
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: pem('CERTIFICATE', certificate.rawData),
    key: pem('PRIVATE KEY', key),
    keys,
    name,
  };
}

/** @returns the names in full of a certificate that is there */
export function subjectOf(cert: string): string {
  return new X509Certificate(cert).subject;
}
