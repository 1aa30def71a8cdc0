import type { X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { setImmediate as turn } from 'node:timers/promises';
import { isNamedBy } from '../../ca/read-certificate.js';
import { errorCode } from '../../io/system-errors.js';
import type { ChainRefusal } from '../trust-evidence.js';

/** A list of trusted CAs, and how a client uses it. */
export interface Anchors {
  cas: X509Certificate[];
  /** OpenSSL's security level: 1 is that of browsers, Node.js 24 and most systems have 2. */
  level: 1 | 2;
  /** Whether a certificate in the list ends a chain although it is no root. */
  partial: boolean;
}

/** A number of the given width, in bytes. */
function sized(width: number, ...parts: Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  const length = Buffer.alloc(width);
  length.writeUIntBE(contents.length, 0, width);
  return Buffer.concat([length, contents]);
}

/** Types of handshake messages (RFC 5246, section 7.4). */
const messages = { serverHello: 2, certificate: 11 };
const version12 = Buffer.from('0303', 'hex');
const suites = { rsa: Buffer.from('c02f', 'hex'), other: Buffer.from('c02b', 'hex') };
/** Without renegotiation, and with an extended master secret (RFC 5746, RFC 7627). */
const extensions = Buffer.from('ff0100010000170000', 'hex');
/** The largest contents of a record (RFC 5246, section 6.2.1). */
const mostInRecord = 16_384;

function message(type: number, contents: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), sized(3, contents)]);
}

function isRsa([own]: X509Certificate[]): boolean {
  try {
    return own?.publicKey.asymmetricKeyType?.startsWith('rsa') === true;
  } catch {
    // OpenSSL cannot read the key, and refuses the chain.
    return false;
  }
}

/** The start of a TLS 1.2 handshake in which a server sends these certificates. */
function flightWith(chain: X509Certificate[]): Buffer {
  const hello = Buffer.concat([
    version12,
    Buffer.alloc(32, 1),
    Buffer.from([0]),
    isRsa(chain) ? suites.rsa : suites.other,
    Buffer.from([0]),
    sized(2, extensions),
  ]);
  const list = sized(3, ...chain.map(({ raw }) => sized(3, raw)));
  const bytes = Buffer.concat([
    message(messages.serverHello, hello),
    message(messages.certificate, list),
  ]);
  const count = Math.ceil(bytes.length / mostInRecord);
  const records = Array.from({ length: count }, (_, at) =>
    Buffer.concat([
      Buffer.from([22]),
      version12,
      sized(2, bytes.subarray(at * mostInRecord, (at + 1) * mostInRecord)),
    ]),
  );
  return Buffer.concat(records);
}

/** OpenSSL only finds issuers by name, so the others of a long list are left out. */
function relevant(cas: X509Certificate[], chain: X509Certificate[]): X509Certificate[] {
  const found: X509Certificate[] = cas.filter(({ raw }) =>
    chain.some((each) => each.raw.equals(raw)),
  );
  const open = [...chain, ...found];
  for (let each = open.shift(); each !== undefined; each = open.shift()) {
    const child = each;
    const next = cas.filter((ca) => !found.includes(ca) && isNamedBy(child, ca));
    found.push(...next);
    open.push(...next);
  }
  return found;
}

/** How often to look for the result. */
const mostTurns = 1000;

function hasPeer(client: TLSSocket): boolean {
  return !client.destroyed && client.getPeerCertificate().raw !== undefined;
}

function refusalOf(error: Error): ChainRefusal {
  return { code: errorCode(error) ?? 'UNSPECIFIED', message: error.message };
}

/** OpenSSL's result, which Node.js only shows to itself; undefined if it accepts the chain. */
function resultOf(client: TLSSocket): ChainRefusal | undefined {
  const handle: unknown = Reflect.get(client, '_handle');
  const ask: unknown = Reflect.get(Object(handle), 'verifyError');
  if (typeof ask !== 'function') {
    return { code: 'NOT_VERIFIED', message: 'this version of Node.js cannot verify it' };
  }
  const error: unknown = Reflect.apply(ask, handle, []);
  return error instanceof Error ? refusalOf(error) : undefined;
}

/**
 * Lets OpenSSL verify a chain as a client does: a server in memory sends it, so that no key and no
 * connection is needed. Host names are judged elsewhere.
 * @param chain as a server sends it, in any order after its own
 * @returns why OpenSSL refuses it; undefined if it accepts it
 */
export async function verify(
  chain: X509Certificate[],
  { cas, level, partial }: Anchors,
): Promise<ChainRefusal | undefined> {
  const flight = flightWith(chain);
  const state = { isSent: false };
  const server: Duplex = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      if (!state.isSent) {
        state.isSent = true;
        server.push(flight);
      }
      done();
    },
  });
  const more = partial ? { allowPartialTrustChain: true } : {};
  const client = connect({
    socket: server,
    ca: relevant(cas, chain).map(String),
    maxVersion: 'TLSv1.2',
    rejectUnauthorized: false,
    ciphers: `DEFAULT:@SECLEVEL=${level}`,
    ...more,
  });
  const ended: { error: Error | undefined } = { error: undefined };
  client.on('error', (error) => {
    ended.error = error;
  });
  try {
    // OpenSSL verifies when the certificates arrive, and then knows the server's own.
    for (let turns = 0; turns < mostTurns && !hasPeer(client) && !client.destroyed; turns += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each turn handles what has arrived
      await turn();
    }
    if (hasPeer(client)) {
      return resultOf(client);
    }
    await turn();
    return refusalOf(ended.error ?? new Error('the certificates cannot be read'));
  } finally {
    client.destroy();
    server.destroy();
  }
}
