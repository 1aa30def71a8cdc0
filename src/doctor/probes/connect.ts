import type { X509Certificate } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { isAddress } from '../../core/hosts.js';
import { chainOf } from './chain.js';
import { failureOf, type Failure } from './wire.js';

/** Where a connection leads, and how long it may take. */
export interface Way {
  address: string;
  port: number;
  /** The host of the URL, by which a server chooses its certificate. */
  host: string;
  /** For each wait, in milliseconds. */
  limit: number;
  cancel: AbortSignal;
  /** Takes what the server sends in each TLS handshake: it may differ from one to the next. */
  chains?: X509Certificate[][];
}

export type Opened<S> = { socket: S } | { failure: Failure };

const timeout: Failure = { code: 'TIMEOUT' };
const aborted: Failure = { code: 'ABORTED' };

/** Waits for an event of a socket that is being opened. Never throws. */
export function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  { limit, cancel }: Way,
): Promise<Opened<S>> {
  return new Promise((resolve) => {
    const settle = (outcome: Opened<S>): void => {
      clearTimeout(timer);
      cancel.removeEventListener('abort', drop);
      socket.off('close', cut);
      resolve(outcome);
    };
    const fail = (failure: Failure): void => {
      settle({ failure });
      socket.destroy();
    };
    const drop = (): void => fail(aborted);
    // Some releases of Node.js report a TLS handshake that is cut off as a closed connection.
    const cut = (): void => fail({ code: 'ECONNRESET' });
    const timer = setTimeout(() => fail(timeout), limit);
    cancel.addEventListener('abort', drop);
    // The listener stays: an error without a listener would end the process.
    socket.on('error', (error) => fail(failureOf(error)));
    socket.once('close', cut);
    socket.once(event, () => settle({ socket }));
  });
}

/** Opens a connection to one address. Never throws. */
export async function openPlain(way: Way): Promise<Opened<Socket>> {
  const { address, port, cancel } = way;
  if (cancel.aborted) {
    return { failure: aborted };
  }
  return opened(connect({ host: address, port }), 'connect', way);
}

/** What WebSocket clients offer in ALPN (RFC 7301). */
export const offered = ['http/1.1'];

/** How a TLS handshake differs from that of Node.js. */
export interface Hello {
  alpn: string[];
  ecdhCurve?: ConnectionOptions['ecdhCurve'];
}

/** Since this release of OpenSSL, Node.js offers a key of 1,216 bytes (X25519MLKEM768). */
const largeKeys = 3.5;

/** Whether the usual ClientHello of this Node.js is longer than a packet, like a browser's. */
export const hasLargeHello = Number.parseFloat(process.versions.openssl) >= largeKeys;

/** A ClientHello of less than 600 bytes under every release of Node.js. */
export const smallHello: Hello = { alpn: offered, ecdhCurve: 'X25519:P-256:P-384' };

/** Names that no server knows, so that none chooses them (RFC 7301, section 3.2). */
function unknownProtocols(length: number): string[] {
  return Array.from({ length: 6 }, (_none, index) => `x-doctor-${index}-`.padEnd(length, 'x'));
}

/** About as long as a browser's, 1,900 bytes: longer than a packet. */
export const largeHello: Hello = {
  ...smallHello,
  alpn: [...offered, ...unknownProtocols(255)],
};

/** With as many protocols as the large one, and small. */
export const crowdedHello: Hello = {
  ...smallHello,
  alpn: [...offered, ...unknownProtocols(12)],
};

/** Opens a connection as clients do, with or without TLS. Never throws. */
export async function open(way: Way, secure: boolean, hello?: Hello): Promise<Opened<Socket>> {
  return secure ? openSecure(way, hello?.alpn ?? offered, hello) : openPlain(way);
}

/** A TLS session or the reason of its failure, with the certificates that came in either case. */
export type Secured = Opened<TLSSocket> & { chain: X509Certificate[] };

/**
 * Opens a TLS session without verification, and with an empty list of CAs, so that the chain is what
 * the server sent. `alpn` is what the client offers.
 */
export async function openSecure(
  way: Way,
  alpn: string[],
  { ecdhCurve }: Partial<Hello> = {},
): Promise<Secured> {
  const plain = await openPlain(way);
  if ('failure' in plain) {
    return { ...plain, chain: [] };
  }
  const options = {
    socket: plain.socket,
    rejectUnauthorized: false,
    ca: [],
    ...(alpn.length === 0 ? {} : { ALPNProtocols: alpn }),
    ...(ecdhCurve === undefined ? {} : { ecdhCurve }),
    ...(isAddress(way.host) ? {} : { servername: way.host }),
  };
  const socket = connectSecurely(options);
  const seen: { chain: X509Certificate[] } = { chain: [] };
  // A server that requires a client certificate fails after it has sent its own.
  socket.once('error', () => {
    seen.chain = chainOf(socket);
  });
  const outcome = await opened(socket, 'secureConnect', way);
  const chain = 'socket' in outcome ? chainOf(socket) : seen.chain;
  way.chains?.push(chain);
  return { ...outcome, chain };
}
