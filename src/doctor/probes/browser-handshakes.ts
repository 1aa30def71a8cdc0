import type { X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { modernGroups, offers, type Offer } from '../../core/browser-offers.js';
import { isAddress } from '../../core/hosts.js';
import { parseCertificate } from '../../ca/read-certificate.js';
import type { BrowserHandshake } from '../evidence.js';
import { offered, opened, openPlain, type Way } from './connect.js';
import { isBrokenTls, readFlight } from './server-flight.js';
import { endOf } from './tls.js';

/** A handshake, with the certificates in the order in which the server sent them. */
export interface Seen {
  evidence: BrowserHandshake;
  sent: X509Certificate[];
}

/** The most bytes of a server that are kept. */
const mostBytes = 256 * 1024;

/** What went over a connection. */
interface Recorded {
  sent: number;
  received: Buffer[];
}

/** A connection that records what goes over it. */
function recording(socket: Socket, recorded: Recorded): Duplex {
  const tap = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      recorded.sent += recorded.received.length === 0 ? chunk.length : 0;
      socket.write(chunk, done);
    },
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  let left = mostBytes;
  socket.on('data', (chunk: Buffer) => {
    if (left > 0) {
      recorded.received.push(chunk);
    }
    left -= chunk.length;
    if (!tap.push(chunk)) {
      socket.pause();
    }
  });
  socket.on('end', () => tap.push(null));
  socket.on('error', (error) => tap.destroy(error));
  socket.on('close', () => tap.destroy());
  return tap;
}

/** The secret of the server's handshake messages, in the format of SSLKEYLOGFILE. */
function secretIn(line: Buffer): Buffer | undefined {
  const found = /^SERVER_HANDSHAKE_TRAFFIC_SECRET \S+ ([\da-f]+)/i.exec(line.toString('latin1'));
  return found?.[1] === undefined ? undefined : Buffer.from(found[1], 'hex');
}

function parsed(ders: Buffer[]): X509Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      // OpenSSL ends a handshake with such a certificate.
      return [];
    }
  });
}

async function handshake(way: Way, options: ConnectionOptions): Promise<Seen> {
  const plain = await openPlain(way);
  const none = { requestsCertificate: false, isStapled: false, helloBytes: 0, isBroken: false };
  if ('failure' in plain) {
    return { evidence: { ...plain.failure, ...none, end: endOf(plain.failure) }, sent: [] };
  }
  const recorded: Recorded = { sent: 0, received: [] };
  const known: { secret: Buffer | undefined } = { secret: undefined };
  const socket = connect({
    ALPNProtocols: offered,
    ...options,
    socket: recording(plain.socket, recorded),
    rejectUnauthorized: false,
    ca: [],
    ...(isAddress(way.host) ? {} : { servername: way.host }),
  });
  socket.on('keylog', (line) => {
    known.secret = secretIn(line) ?? known.secret;
  });
  const outcome = await opened(socket, 'secureConnect', way);
  const received = Buffer.concat(recorded.received);
  const flight = readFlight(received, known.secret);
  const { requestsCertificate, isStapled, certificates } = flight;
  const about = {
    requestsCertificate,
    isStapled,
    helloBytes: recorded.sent,
    isBroken: isBrokenTls(received),
  };
  const evidence: BrowserHandshake =
    'failure' in outcome
      ? { ...outcome.failure, end: endOf(outcome.failure), ...about }
      : { end: 'secure', ...sessionOf(outcome.socket), ...about };
  socket.destroy();
  const sent = parsed(certificates);
  way.chains?.push(sent);
  return { evidence, sent };
}

function sessionOf(socket: TLSSocket): Pick<BrowserHandshake, 'protocol' | 'cipher'> {
  return { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher()?.name };
}

/** Whether OpenSSL knows the groups that 3.5 added. */
const isModern = Number.parseFloat(process.versions.openssl) >= 3.5;

function groupsOf({ groups }: Offer): string {
  return groups.filter((group) => isModern || !modernGroups.includes(group)).join(':');
}

function optionsOf(offer: Offer): ConnectionOptions {
  const { ciphers, sigalgs } = offer;
  // The types of Node.js lack it.
  const status = { requestOCSP: true };
  return { ciphers, sigalgs, ecdhCurve: groupsOf(offer), minVersion: 'TLSv1.2', ...status };
}

/** The handshakes of the browsers whose rules were measured. */
interface SeenHandshakes {
  Chromium: Seen;
  Firefox: Seen;
}

/** Makes handshakes at the same time, as Chromium and Firefox do. Never throws for what a server does. */
export async function askAsBrowsers(way: Way): Promise<SeenHandshakes> {
  const [Chromium, Firefox] = await Promise.all([
    handshake(way, optionsOf(offers.Chromium)),
    handshake(way, optionsOf(offers.Firefox)),
  ]);
  return { Chromium, Firefox };
}
