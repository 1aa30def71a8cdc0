import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import type { Connection } from './sockets.js';

// The system takes about as much in one go. MAX_BUFFERED_BYTES is never less.
const chunkBytes = 65_536;

/** What sending to a connection needs. It does not hold the request in memory. */
export interface Peer {
  socket: WebSocket;
  /** What the frames are written to; nothing when a test has injected the request. */
  stream: Socket | undefined;
  log: FastifyBaseLogger;
  /** MAX_BUFFERED_BYTES */
  limit: number;
}

export function peerOf({ socket, request }: Connection): Peer {
  const { raw, log, server } = request;
  return { socket, stream: raw.socket, log, limit: server.settings.MAX_BUFFERED_BYTES };
}

/**
 * Whether a client reads what it is sent. One behind which more than MAX_BUFFERED_BYTES wait is cut
 * off: without a limit, a single client that never reads takes all the memory there is. Ask before
 * you send something that the client did not ask for.
 */
export function keepsUp({ socket, stream, log, limit }: Peer): boolean {
  if (socket.bufferedAmount <= chunkBytes) return true;
  // What only waits for the rest of its chunk is no sign of a slow reader.
  stream?.uncork();
  const { bufferedAmount } = socket;
  if (bufferedAmount <= limit) return true;
  log.warn({ bufferedAmount }, 'The client reads too slowly and is cut off.');
  // A close frame would only wait behind the rest.
  socket.terminate();
  return false;
}

/**
 * Hands the answers to messages that arrived together to the system together, not one by one: what
 * ws reads is corked before and uncorked after it has read.
 */
export function writeTogether({ stream }: Peer): void {
  stream?.prependListener('data', cork).on('data', uncork);
}

function cork(this: Socket): void {
  this.cork();
}

function uncork(this: Socket): void {
  this.uncork();
}
