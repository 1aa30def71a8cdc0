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

/** A certificate and its key in PEM, and what is needed to sign others with it. */
export interface Issued {
  cert: string;
  key: string;
  keys: webcrypto.CryptoKeyPair;
  name: string;
}

interface Wanted {
  /** The full subject, such as `CN=Name`. */
  name: string;
  /** Empty: no subjectAltName. */
  hosts?: string[];
  /** The subjectAltName is critical, as without a subject. */
  hasCriticalNames?: boolean;
  /** The issuer. Without it, the certificate is self-signed. */
  by?: Issued;
  isCa?: boolean;
  /** In days from now. */
  from?: number;
  to?: number;
  usage?: string | string[];
  /** Of a CA: how many CAs may be below it. */
  pathLength?: number;
  /** Without basicConstraints. */
  isBare?: boolean;
  /** Names of another kind than hosts. */
  otherNames?: JsonGeneralName[];
  /** Another type of key than P-256. */
  kind?: 'P-384' | 'P-521' | 'Ed25519';
  /** The bits of an RSA key. By default, the key is of P-256. */
  bits?: number;
  hash?: string;
  issuerUrl?: string;
  /** An invalid list of timestamps: only its presence is checked. */
  logged?: boolean;
  more?: Extension[];
  /** An existing key. */
  keys?: webcrypto.CryptoKeyPair;
}

const dayMs = 24 * 60 * 60 * 1000;
export const serverUsage = '1.3.6.1.5.5.7.3.1';
export const clientUsage = '1.3.6.1.5.5.7.3.2';
const timestamps = '1.3.6.1.4.1.11129.2.4.2';

function newKeys({ bits, kind, hash = 'SHA-256' }: Wanted): Promise<webcrypto.CryptoKeyPair> {
  const uses: ('sign' | 'verify')[] = ['sign', 'verify'];
  if (kind === 'Ed25519') {
    return webcrypto.subtle.generateKey(
      { name: kind },
      true,
      uses,
    ) as Promise<webcrypto.CryptoKeyPair>;
  }
  const algorithm =
    bits === undefined
      ? { name: 'ECDSA', namedCurve: kind ?? 'P-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          hash,
          modulusLength: bits,
          publicExponent: new Uint8Array([1, 0, 1]),
        };
  return webcrypto.subtle.generateKey(algorithm, true, uses);
}

function namesOf(hosts: string[]): JsonGeneralName[] {
  return hosts.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }));
}

function extensionsOf(wanted: Wanted) {
  const {
    hosts = [],
    isCa = false,
    usage = [],
    issuerUrl,
    logged = false,
    hasCriticalNames,
  } = wanted;
  const { pathLength, isBare = false, otherNames = [], more = [] } = wanted;
  const names = [...namesOf(hosts), ...otherNames];
  return [
    ...(isBare ? [] : [new BasicConstraintsExtension(isCa, pathLength, true)]),
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names, hasCriticalNames)]),
    ...(usage.length === 0 ? [] : [new ExtendedKeyUsageExtension([usage].flat())]),
    ...(issuerUrl === undefined
      ? []
      : [new AuthorityInfoAccessExtension({ caIssuers: [new GeneralName('url', issuerUrl)] })]),
    ...more,
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

/** Creates a key and a certificate. */
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

/** @returns the full names in an existing certificate */
export function subjectOf(cert: string): string {
  return new X509Certificate(cert).subject;
}
