import type { X509Certificate } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
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

/** Opens a connection as clients do, with or without TLS. Never throws. */
export function open(way: Way, secure: boolean): Promise<Opened<Socket>> {
  return secure ? openSecure(way, offered) : openPlain(way);
}

/** A TLS session or the reason of its failure, with the certificates that came in either case. */
export type Secured = Opened<TLSSocket> & { chain: X509Certificate[] };

/**
 * Opens a TLS session without verification, and with an empty list of CAs, so that the chain is what
 * the server sent. `alpn` is what the client offers.
 */
export async function openSecure(way: Way, alpn: string[]): Promise<Secured> {
  const plain = await openPlain(way);
  if ('failure' in plain) {
    return { ...plain, chain: [] };
  }
  const options = {
    socket: plain.socket,
    rejectUnauthorized: false,
    ca: [],
    ...(alpn.length === 0 ? {} : { ALPNProtocols: alpn }),
    ...(isAddress(way.host) ? {} : { servername: way.host }),
  };
  const socket = connectSecurely(options);
  const seen: { chain: X509Certificate[] } = { chain: [] };
  // A server that requires a client certificate fails after it has sent its own.
  socket.once('error', () => {
    seen.chain = chainOf(socket);
  });
  const outcome = await opened(socket, 'secureConnect', way);
  return { ...outcome, chain: 'socket' in outcome ? chainOf(socket) : seen.chain };
}
