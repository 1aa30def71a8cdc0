import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { openClient, type Client } from './open-client.js';
import { until } from './until.js';

/** Clients that send all the time. */
export interface Senders {
  clients: Client[];
  /** Stops sending, waits for every echo, and returns the number of messages. */
  finish: () => Promise<number>;
}

interface Sending {
  count: number;
  origin: string;
  ca: string;
  everyMs: number;
}

/** Opens clients of `/live` that each send a message from time to time. */
export async function startSenders(url: string, sending: Sending): Promise<Senders> {
  const { count, everyMs } = sending;
  const clients = await Promise.all(Array.from({ length: count }, () => openClient(url, sending)));
  const state = { sent: 0, echoes: 0 };
  for (const { socket } of clients) {
    socket.on('message', () => (state.echoes += 1));
  }
  const timer = setInterval(() => {
    for (const { socket } of clients.filter((each) => each.socket.readyState === 1)) {
      state.sent += 1;
      socket.send('still here');
    }
  }, everyMs);
  return {
    clients,
    finish: async () => {
      clearInterval(timer);
      await until('every message has its echo', () => state.echoes === state.sent);
      return state.sent;
    },
  };
}

/** A network between clients and a service that can be stalled. */
export interface Network {
  port: number;
  stall: () => void;
  resume: () => void;
  close: () => void;
}

/** Listens on a port, and forwards what arrives there. */
export async function networkTo(target: number): Promise<Network> {
  const pairs: [Socket, Socket][] = [];
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    pairs.push([near, far]);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: portIn(server.address()),
    stall: () => pairs.forEach(([near, far]) => near.unpipe(far) && far.unpipe(near)),
    resume: () => pairs.forEach(([near, far]) => near.pipe(far).pipe(near)),
    close: () => {
      server.close();
      pairs.flat().forEach((socket) => socket.destroy());
    },
  };
}

function portIn(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : Number.NaN;
}
