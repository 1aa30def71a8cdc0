import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client in a room. */
export interface Member {
  /** The loopback address to connect from, which is the client's address in the service's log. */
  address: string;
  socket: WebSocket;
  /** All messages that it has received, in order. */
  heard: string[];
}

interface Call {
  address: string;
  origin: string;
  /** The only trusted CA certificate. */
  ca?: string;
}

const limit = 10_000;

/** Joins a room. The certificate of a wss:// URL is verified. */
export async function join(url: string, { address, origin, ca }: Call): Promise<Member> {
  const from = { localAddress: address, family: 4 };
  const trust = ca === undefined ? {} : { ca };
  const socket = new WebSocket(url, { ...from, ...trust, origin, handshakeTimeout: limit });
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(String(message)));
  await once(socket, 'open', { signal: AbortSignal.timeout(limit) });
  return { address, socket, heard };
}
