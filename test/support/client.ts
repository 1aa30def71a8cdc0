import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { WebSocket } from 'ws';

interface Trust {
  /** The only trusted CA certificate. By default, Node's own list is used. */
  ca?: string;
  origin?: string;
  headers?: Record<string, string>;
}

const limit = 10_000;

/** The fake address that every client sends. No service may believe it. */
export const claimedAddress = '203.0.113.9';

function open(url: string, { ca, origin, headers = {} }: Trust): WebSocket {
  return new WebSocket(url, {
    handshakeTimeout: limit,
    headers: { ...headers, 'x-forwarded-for': claimedAddress },
    ...(ca === undefined ? {} : { ca }),
    ...(origin === undefined ? {} : { origin }),
  });
}

/** @returns the answer of a service to a message, over a connection with a verified certificate */
export async function echo(url: string, message: string, trust: Trust): Promise<string> {
  const socket = open(url, trust);
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(limit) });
    socket.send(message);
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(limit) });
    return String(answer);
  } finally {
    socket.terminate();
  }
}

/** @returns the HTTP status of a refused handshake, 101 for an accepted one */
export async function upgradeStatus(url: string, trust: Trust): Promise<number> {
  const socket = open(url, trust);
  socket.on('error', () => undefined);
  const answered = new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
  try {
    return await answered;
  } finally {
    socket.terminate();
  }
}

/** @returns the first message that a service sends over a connection to this address of its host */
export async function firstMessage(
  url: string,
  { ca, address }: { ca: string; address: string },
): Promise<string> {
  const lookup: LookupFunction = (_name, _options, done) => done(null, [{ address, family: 4 }]);
  const socket = new WebSocket(url, { handshakeTimeout: limit, ca, lookup });
  try {
    const [message] = await once(socket, 'message', { signal: AbortSignal.timeout(limit) });
    return String(message);
  } finally {
    socket.terminate();
  }
}
