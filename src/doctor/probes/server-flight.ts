import { createDecipheriv, createHmac } from 'node:crypto';

/** What a server sent in a TLS handshake before the session was secure. */
export interface ServerFlight {
  /** In DER, in the order in which they were sent. */
  certificates: Buffer[];
  requestsCertificate: boolean;
  /** It sent the OCSP status of its certificate. */
  isStapled: boolean;
}

/** A record or a handshake message: its type and its contents. */
interface Part {
  type: number;
  body: Buffer;
  /** Of a record: its first bytes, which are authenticated. */
  header: Buffer;
}

/** Types of records and handshake messages, and an extension (RFC 8446, sections 4 and 5; RFC 6066). */
const records = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 };
const messages = {
  serverHello: 2,
  certificate: 11,
  certificateRequest: 13,
  finished: 20,
  status: 22,
};
const statusRequest = 5;

/** Suites of TLS 1.3 (RFC 8446, appendix B.4). */
const suites: Record<
  number,
  { cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305'; hash: string; keyLength: number }
> = {
  0x1301: { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 },
  0x1302: { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32 },
  0x1303: { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32 },
};
const tagLength = 16;
const nonceLength = 12;

/** Splits bytes into parts with a header, the last bytes of which are the length. */
function partsIn(bytes: Buffer, headerLength: number, lengthBytes: number): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at + headerLength <= bytes.length) {
    const length = bytes.readUIntBE(at + headerLength - lengthBytes, lengthBytes);
    const from = at + headerLength;
    if (from + length > bytes.length) {
      break;
    }
    const body = bytes.subarray(from, from + length);
    parts.push({ type: bytes.readUInt8(at), body, header: bytes.subarray(at, from) });
    at = from + length;
  }
  return parts;
}

function recordsIn(bytes: Buffer): Part[] {
  return partsIn(bytes, 5, 2);
}

function messagesIn(bytes: Buffer): Part[] {
  return partsIn(bytes, 4, 3);
}

/** HKDF-Expand-Label with an empty context (RFC 8446, section 7.1), of at most one block. */
function expand(secret: Buffer, label: string, length: number, hash: string): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** Decrypts the handshake records of a server (RFC 8446, section 5.2). */
function decrypted(encrypted: Part[], secret: Buffer, suite: number): Buffer {
  const { cipher, hash, keyLength } = suites[suite] ?? {};
  if (cipher === undefined || hash === undefined || keyLength === undefined) {
    return Buffer.alloc(0);
  }
  const key = expand(secret, 'key', keyLength, hash);
  const iv = expand(secret, 'iv', nonceLength, hash);
  const texts: Buffer[] = [];
  for (const [index, { header, body }] of encrypted.entries()) {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(nonceLength - 4) ^ index) >>> 0, nonceLength - 4);
    const decipher =
      cipher === 'chacha20-poly1305'
        ? createDecipheriv(cipher, key, nonce, { authTagLength: tagLength })
        : createDecipheriv(cipher, key, nonce);
    decipher.setAAD(header, { plaintextLength: body.length - tagLength });
    decipher.setAuthTag(body.subarray(-tagLength));
    try {
      const inner = Buffer.concat([
        decipher.update(body.subarray(0, -tagLength)),
        decipher.final(),
      ]);
      const end = inner.findLastIndex((byte) => byte !== 0);
      if (inner[end] !== records.handshake) {
        break;
      }
      texts.push(inner.subarray(0, end));
    } catch {
      // After its Finished, the server uses another key.
      break;
    }
  }
  return Buffer.concat(texts);
}

/** The suite in a ServerHello, after the version, the random bytes and the session. */
function suiteIn({ body }: Part): number {
  return body.readUInt16BE(35 + body.readUInt8(34));
}

function isHello({ type }: Part): boolean {
  return type === messages.serverHello;
}

interface Entries {
  certificates: Buffer[];
  isStapled: boolean;
}

/** The entries of a Certificate message; since TLS 1.3 each has extensions. */
function entriesIn({ body }: Part, is13: boolean): Entries {
  const certificates: Buffer[] = [];
  let isStapled = false;
  let at = is13 ? 4 + body.readUInt8(0) : 3;
  while (at + 3 <= body.length) {
    const end = at + 3 + body.readUIntBE(at, 3);
    certificates.push(body.subarray(at + 3, end));
    at = end;
    if (is13) {
      const length = body.readUInt16BE(end);
      const extensions = body.subarray(end + 2, end + 2 + length);
      isStapled ||= length > 4 && extensions.readUInt16BE(0) === statusRequest;
      at = end + 2 + length;
    }
  }
  return { certificates, isStapled };
}

function flightOf(bytes: Buffer, secret: Buffer | undefined): ServerFlight {
  const all = recordsIn(bytes);
  const end = all.findIndex(({ type }) => type === records.changeCipherSpec);
  const is13 = secret !== undefined;
  const isPlain = ({ type }: Part, at: number): boolean =>
    type === records.handshake && (is13 || end < 0 || at < end);
  const plain = messagesIn(Buffer.concat(all.filter(isPlain).map(({ body }) => body)));
  const hello = plain.findLast(isHello);
  const encrypted = all.filter(({ type }) => type === records.applicationData);
  const inner =
    is13 && hello !== undefined ? messagesIn(decrypted(encrypted, secret, suiteIn(hello))) : [];
  const known = [...plain, ...inner];
  const certificate = known.find(({ type }) => type === messages.certificate);
  const entries =
    certificate === undefined
      ? { certificates: [], isStapled: false }
      : entriesIn(certificate, is13);
  return {
    certificates: entries.certificates,
    requestsCertificate: known.some(({ type }) => type === messages.certificateRequest),
    isStapled: entries.isStapled || known.some(({ type }) => !is13 && type === messages.status),
  };
}

/**
 * Reads the first messages of a server: Node.js shows neither the certificates in their order nor
 * whether one was requested.
 * @param bytes what the server sent
 * @param secret of its handshake messages, if it speaks TLS 1.3: that of the event `keylog`
 */
export function readFlight(bytes: Buffer, secret: Buffer | undefined): ServerFlight {
  try {
    return flightOf(bytes, secret);
  } catch {
    // OpenSSL has ended the handshake, or will: these are not the messages of TLS.
    return { certificates: [], requestsCertificate: false, isStapled: false };
  }
}

/** The most bytes of a record without encryption, and of a ServerHello before its session. */
const mostInRecord = 2 ** 14;
const beforeSession = 35;
const mostInSession = 32;

/** Whether bytes are extensions: each has a type and a length (RFC 8446, section 4.2). */
function areExtensions(bytes: Buffer): boolean {
  let at = 0;
  while (at + 4 <= bytes.length) {
    at += 4 + bytes.readUInt16BE(at + 2);
  }
  return at === bytes.length;
}

/** Whether the body of a ServerHello can be read (RFC 8446, section 4.1.3). */
function isServerHello(body: Buffer): boolean {
  const session = body[beforeSession - 1] ?? mostInSession + 1;
  const rest = body.subarray(beforeSession + session);
  const hasForm = body[0] === 3 && session <= mostInSession && rest.length >= 3 && rest[2] === 0;
  const extensions = rest.subarray(3);
  const isBare = extensions.length === 0;
  return (
    hasForm &&
    (isBare ||
      (extensions.length >= 2 &&
        extensions.readUInt16BE(0) === extensions.length - 2 &&
        areExtensions(extensions.subarray(2))))
  );
}

/** Whether the first record is an alert (RFC 8446, section 6), as far as it has arrived. */
function isAlert(body: Buffer, length: number): boolean {
  return length === 2 && [1, 2, undefined].includes(body[0]);
}

/** Whether a server's first message is a ServerHello, as far as it has arrived. */
function isHelloOrPart(message: Buffer): boolean {
  if (message.length < 4) {
    return [messages.serverHello, undefined].includes(message[0]);
  }
  const length = message.readUIntBE(1, 3);
  const isLong = length > mostInRecord;
  const isWhole = message.length >= 4 + length;
  return (
    message[0] === messages.serverHello &&
    !isLong &&
    (!isWhole || isServerHello(message.subarray(4, 4 + length)))
  );
}

/** @returns whether the first bytes of a server cannot be the beginning of its answer in TLS */
export function isBrokenTls(bytes: Buffer): boolean {
  const [type, major] = bytes;
  if (type === undefined || bytes.length < 5) {
    return ![records.alert, records.handshake, undefined].includes(type) || (major ?? 3) !== 3;
  }
  const length = bytes.readUInt16BE(3);
  const body = bytes.subarray(5, 5 + length);
  if (major !== 3 || length === 0 || length > mostInRecord) {
    return true;
  }
  if (type === records.alert) {
    return !isAlert(body, length);
  }
  const handshakes = recordsIn(bytes).filter((record) => record.type === records.handshake);
  const first = handshakes.length === 0 ? body : Buffer.concat(handshakes.map((each) => each.body));
  return type !== records.handshake || !isHelloOrPart(first);
}
