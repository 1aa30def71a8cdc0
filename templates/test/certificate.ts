import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const dayMs = 24 * 60 * 60 * 1000;

// Tags of ASN.1's Distinguished Encoding Rules (ITU-T X.690).
const tag = { integer: 2, bits: 3, bytes: 4, oid: 6, utf8: 12, sequence: 48, set: 49, time: 23 };

// Object identifiers, encoded. Their names are those of RFC 5280 and RFC 5758.
const ecdsaWithSha256 = der(tag.sequence, oid('2a8648ce3d040302'));
const organizationName = oid('55040a');
const subjectAltName = oid('551d11');
const basicConstraints = oid('551d13');
const yes = der(1, Buffer.from([255]));

const localNames = Buffer.concat([
  der(0x82, Buffer.from('localhost')),
  der(0x87, Buffer.from([127, 0, 0, 1])),
  der(0x87, Buffer.from([...Array(15).fill(0), 1])),
]);

/** A certificate and its key, both in PEM. */
export type Pair = Record<'key' | 'cert', string>;

interface Wanted {
  /** In how many days it expires. It is valid from two days earlier on. */
  days?: number;
  /** The subject: an organization, as on mkcert's certificates. */
  name?: string;
  /** The CA that signs it. Without an issuer, it is self-signed. */
  issuer?: Pair & { name: string };
  /** The purpose: the hosts of the tests, no host, or signing other certificates. */
  use?: 'hosts' | 'nothing' | 'signing';
}

/**
 * Creates a certificate (X.509 version 3, RFC 5280) for localhost, 127.0.0.1 and ::1. It only needs
 * Node, and writes no files.
 */
export function makeCertificate(wanted: Wanted = {}): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = wanted.issuer ? createPrivateKey(wanted.issuer.key) : privateKey;
  return { key, cert: pem(signed(statement(publicKey, wanted), signer)) };
}

function statement(publicKey: KeyObject, wanted: Wanted): Buffer {
  const { days = 1, name = 'Test', issuer, use = 'hosts' } = wanted;
  return sequence(
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    distinguishedName(issuer?.name ?? name),
    sequence(time(days - 2), time(days)),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...extensions[use],
  );
}

const extensions = {
  hosts: [der(0xa3, sequence(extension(subjectAltName, localNames)))],
  nothing: [],
  signing: [der(0xa3, sequence(extension(basicConstraints, yes)))],
};

function extension(id: Buffer, content: Buffer): Buffer {
  return sequence(id, der(tag.bytes, sequence(content)));
}

function distinguishedName(name: string): Buffer {
  return sequence(der(tag.set, sequence(organizationName, der(tag.utf8, Buffer.from(name)))));
}

function signed(content: Buffer, key: KeyObject): Buffer {
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, key)]);
  return sequence(content, ecdsaWithSha256, der(tag.bits, signature));
}

function der(tagNumber: number, content: Buffer): Buffer {
  const length = content.length;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tagNumber, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(tag.sequence, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  return der(tag.integer, Buffer.from([value]));
}

function oid(hex: string): Buffer {
  return der(tag.oid, Buffer.from(hex, 'hex'));
}

/** The time in this number of days, as UTCTime: YYMMDDHHMMSSZ. */
function time(days: number): Buffer {
  const iso = new Date(Date.now() + days * dayMs).toISOString();
  return der(tag.time, Buffer.from(`${iso.slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
