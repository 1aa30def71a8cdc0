import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { patience, until } from './until.js';

/** A client of a service, and everything that it has received so far. */
export interface Client {
  socket: WebSocket;
  /** Writes raw bytes to the stream. */
  write: (bytes: Buffer) => void;
  /** Waits for a message. */
  received: (message: string) => Promise<void>;
  /** Waits for the end, and returns the close code. */
  closed: () => Promise<number>;
}

interface Opening {
  origin: string;
  /** The only trusted certificate. */
  ca?: string;
}

/**
 * Opens a WebSocket.
 *
 * @throws {Error} if the handshake fails or takes a minute
 */
export async function openClient(url: string, { origin, ca }: Opening): Promise<Client> {
  const socket = new WebSocket(url, {
    origin,
    handshakeTimeout: patience,
    ...(ca === undefined ? {} : { ca }),
  });
  const messages: string[] = [];
  const state: { code?: number; stream?: Duplex } = {};
  socket.on('message', (message) => messages.push(String(message)));
  socket.on('close', (code) => {
    state.code = code;
  });
  socket.on('upgrade', (response) => {
    state.stream = response.socket;
  });
  await once(socket, 'open');
  // Later errors also end with a close code.
  socket.on('error', () => undefined);
  return {
    socket,
    write: (bytes) => void state.stream?.write(bytes),
    received: (message) => until(`the client gets "${message}"`, () => messages.includes(message)),
    closed: async () => {
      await until('the client is closed', () => state.code !== undefined);
      return state.code ?? Number.NaN;
    },
  };
}
