import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setImmediate as turn } from 'node:timers/promises';
import type { Target } from '../support/service.js';

/** A connection on which a client may write anything. */
export interface Wire {
  /** Whether the server has ended it, or it failed. */
  ended: () => boolean;
  /**
   * Writes pieces, one per turn. It stops if the server has ended the connection. Other calls wait
   * for their turn: a pong in the middle of a frame would break the frame.
   */
  send: (pieces: Buffer[]) => Promise<void>;
  /** Waits until a condition holds, checked whenever something arrives. `false` after a timeout. */
  until: (holds: () => boolean, milliseconds: number) => Promise<boolean>;
  /** Ends the client's side. */
  end: () => void;
  /** Ends it with a TCP reset. */
  reset: () => void;
  destroy: () => void;
}

interface Opening {
  target: Target;
  onData: (chunk: Buffer) => void;
  /** A loopback address to connect from. */
  localAddress?: string;
}

/** Connects. The promise resolves when bytes can be written, even if the connection fails later. */
export async function openWire({ target, onData, localAddress }: Opening): Promise<Wire> {
  const from = localAddress === undefined ? {} : { localAddress };
  const tcp = connectTcp({ host: '127.0.0.1', port: target.port, noDelay: true, ...from });
  const socket =
    target.ca === undefined
      ? tcp
      : connectTls({ socket: tcp, ca: target.ca, servername: 'localhost' });
  const state = { ended: false };
  const watchers = new Set<() => void>();
  const tell = (): void => watchers.forEach((watcher) => watcher());
  const end = (): void => {
    state.ended = true;
    tell();
  };
  socket.on('data', (chunk) => {
    onData(chunk);
    tell();
  });
  socket.on('end', end).on('error', end).on('close', end);
  // The lower socket reports what the upper one has reported.
  tcp.on('error', end);
  const until: Wire['until'] = (holds, milliseconds) =>
    new Promise((resolve) => {
      if (holds()) {
        resolve(true);
        return;
      }
      const finish = (answer: boolean): void => {
        clearTimeout(timer);
        watchers.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (holds()) {
          finish(true);
        }
      };
      const timer = setTimeout(() => finish(false), milliseconds);
      watchers.add(look);
    });
  let sending: Promise<void> = Promise.resolve();
  const send = (pieces: Buffer[]): Promise<void> => {
    sending = sending.then(() => sendEach(socket, pieces));
    return sending;
  };
  await connected(socket, target);
  return {
    ended: () => state.ended,
    send,
    until,
    end: () => void socket.end(),
    reset: () => {
      tcp.resetAndDestroy();
      socket.destroy();
    },
    destroy: () => void socket.destroy(),
  };
}

function connected(socket: Socket, { ca }: Target): Promise<void> {
  return new Promise((resolve) => {
    socket.once(ca === undefined ? 'connect' : 'secureConnect', resolve);
    socket.once('close', resolve);
  });
}

async function sendEach(socket: Socket, pieces: Buffer[]): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) {
      return;
    }
    socket.write(piece);
    if (pieces.length > 1) {
      await turn();
    }
  }
}
