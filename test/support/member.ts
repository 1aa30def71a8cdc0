import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client in a room. */
export interface Member {
  /** The address of the loopback that it calls from: it is the client's in the service's log. */
  address: string;
  socket: WebSocket;
  /** All that it has heard, in order. */
  heard: string[];
}

interface Call {
  address: string;
  origin: string;
  /** Contents of the only CA certificate that is trusted. */
  ca?: string;
}

const limit = 10_000;

/** Joins a room; the certificate of a wss:// address is verified. */
export async function join(url: string, { address, origin, ca }: Call): Promise<Member> {
  const from = { localAddress: address, family: 4 };
  const trust = ca === undefined ? {} : { ca };
  const socket = new WebSocket(url, { ...from, ...trust, origin, handshakeTimeout: limit });
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(String(message)));
  await once(socket, 'open', { signal: AbortSignal.timeout(limit) });
  return { address, socket, heard };
}
