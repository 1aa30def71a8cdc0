import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client in a room. */
export interface Member {
  /** The loopback address to connect from, which is the client's address in the service's log. */
  address: string;
  socket: WebSocket;
  /** The data of all messages that it has received, in order. */
  heard: string[];
  /** The other messages of the service that it has received. */
  told: Told[];
  /** Publishes to its room. */
  say: (data: string) => void;
}

/** A message of the service, such as `joined` or `gap`. */
export interface Told {
  type: string;
  members?: number;
  complete?: boolean;
  shared?: boolean;
}

interface Call {
  room: string;
  address?: string;
  origin: string;
  /** The only trusted CA certificate. */
  ca?: string;
}

const limit = 20_000;

/** Opens a socket and joins a room. The certificate of a wss:// URL is verified. */
export async function join(url: string, call: Call): Promise<Member> {
  const { room, address = '127.0.0.1', origin, ca } = call;
  const from = { localAddress: address, family: 4 };
  const trust = ca === undefined ? {} : { ca };
  const socket = new WebSocket(url, { ...from, ...trust, origin, handshakeTimeout: limit });
  const heard: string[] = [];
  const told: Told[] = [];
  const joined = new Promise<void>((resolve) => {
    socket.on('message', (text) => {
      const message = JSON.parse(String(text));
      if (message.type === 'message') {
        heard.push(message.data);
        return;
      }
      told.push(message);
      if (message.type === 'joined') {
        resolve();
      }
    });
  });
  const send = (message: object): void => socket.send(JSON.stringify({ ...message, room }));
  await once(socket, 'open', { signal: AbortSignal.timeout(limit) });
  send({ type: 'join' });
  await joined;
  return { address, socket, heard, told, say: (data) => send({ type: 'publish', data }) };
}
