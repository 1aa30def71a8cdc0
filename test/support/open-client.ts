import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { patience, until } from './until.js';

/** A client of a service, and all that it has got until now. */
export interface Client {
  socket: WebSocket;
  /** Writes bytes to the stream below the frames. */
  write: (bytes: Buffer) => void;
  /** Waits for a message. */
  received: (message: string) => Promise<void>;
  /** Waits for the end, and gives the close code. */
  closed: () => Promise<number>;
}

interface Opening {
  origin: string;
  /** The only certificate that is trusted. */
  ca?: string;
}

/** Opens a socket. @throws {Error} when the handshake fails, or takes a minute */
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
  // What breaks later ends with a close code, too.
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
