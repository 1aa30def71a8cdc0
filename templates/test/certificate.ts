import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const dayMs = 24 * 60 * 60 * 1000;

// Tags of ASN.1's distinguished encoding rules (ITU-T X.690).
const tag = { integer: 2, bits: 3, bytes: 4, oid: 6, utf8: 12, sequence: 48, set: 49, time: 23 };

// Object identifiers, encoded. Their names are those of RFC 5280 and RFC 5758.
const ecdsaWithSha256 = der(tag.sequence, oid('2a8648ce3d040302'));
const commonName = oid('550403');
const subjectAltName = oid('551d11');

const localNames = Buffer.concat([
  der(0x82, Buffer.from('localhost')),
  der(0x87, Buffer.from([127, 0, 0, 1])),
  der(0x87, Buffer.from([...Array(15).fill(0), 1])),
]);

/**
 * Makes a self-signed certificate (X.509 version 3, RFC 5280) for localhost, 127.0.0.1 and ::1,
 * which ends in `days`. Nothing but Node is needed, and nothing is left behind.
 */
export function makeCertificate({ days = 1 } = {}): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: pem(signed(statement(publicKey, days), privateKey)) };
}

function statement(publicKey: KeyObject, days: number): Buffer {
  const name = sequence(der(tag.set, sequence(commonName, der(tag.utf8, Buffer.from('Test')))));
  const validity = sequence(time(days - 2), time(days));
  const names = sequence(subjectAltName, der(tag.bytes, sequence(localNames)));
  return sequence(
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(names)),
  );
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

/** UTCTime, YYMMDDHHMMSSZ, so many days from now. */
function time(days: number): Buffer {
  const iso = new Date(Date.now() + days * dayMs).toISOString();
  return der(tag.time, Buffer.from(`${iso.slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
