import type { Duplex } from 'node:stream';
import type { End } from '../evidence.js';
import { errorCode } from '../../io/system-errors.js';

/** The most that is read from a server, in bytes. */
const mostBytes = 256 * 1024;

/** An error of a connection: Node's code, and the TLS alert if there was one. */
export interface Failure {
  code?: string;
  alert?: number;
  message?: string;
}

/** @returns the code and the alert, without undefined ones */
export function signsOf({ code, alert }: Signs): Pick<Failure, 'code' | 'alert'> {
  return {
    ...(code === undefined ? {} : { code }),
    ...(alert === undefined ? {} : { alert }),
  };
}

/** @returns the code of an error; names of alerts differ between OpenSSL versions, numbers do not */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const alert = /SSL alert number (\d+)/.exec(message)?.[1];
  const code = errorCode(error);
  return { ...signsOf({ code, alert: alert === undefined ? undefined : Number(alert) }), message };
}

interface Signs {
  code?: string | undefined;
  alert?: number | undefined;
}

/** What arrived over a connection, and whether more can arrive. */
export interface Received extends Failure {
  bytes: Buffer;
  end: End;
}

/** A connection that is read with limits of time and size. */
export interface Wire {
  write: (bytes: string | Buffer) => void;
  /** Removes the first bytes; bytes still missing are dropped when they arrive. */
  take: (length: number) => void;
  /**
   * Waits until `done` returns true for the bytes that have arrived, the other side ends, or the time
   * limit in milliseconds is over. Never throws.
   */
  read: (done: (bytes: Buffer) => boolean, limit: number) => Promise<Received>;
  close: () => void;
}

/** Wraps an open connection; `cancel` drops it. */
export function wireOf(socket: Duplex, cancel: AbortSignal): Wire {
  const state: { chunks: Buffer; owed: number; end: End; failure: Failure; wake: () => void } = {
    chunks: Buffer.alloc(0),
    owed: 0,
    end: 'open',
    failure: {},
    wake: () => undefined,
  };
  const ended = (end: End): void => {
    state.end = state.end === 'open' ? end : state.end;
    state.wake();
  };
  socket.on('data', (chunk: Buffer) => {
    const rest = chunk.subarray(state.owed);
    state.owed = Math.max(0, state.owed - chunk.length);
    state.chunks = Buffer.concat([state.chunks, rest]);
    if (state.chunks.length > mostBytes) {
      socket.pause();
      ended('too-long');
    }
    state.wake();
  });
  socket.on('end', () => ended('closed'));
  socket.on('close', () => ended('closed'));
  socket.on('error', (error) => {
    state.failure = failureOf(error);
    ended('reset');
  });
  const drop = (): void => void socket.destroy();
  cancel.addEventListener('abort', drop);
  return {
    write: (bytes) => {
      if (state.end === 'open') {
        socket.write(bytes);
      }
    },
    take: (length) => {
      state.owed += Math.max(0, length - state.chunks.length);
      state.chunks = state.chunks.subarray(length);
    },
    read: async (done, limit) => {
      const over = { yet: false };
      const timer = setTimeout(() => {
        over.yet = true;
        state.wake();
      }, limit);
      while (state.end === 'open' && !over.yet && !done(state.chunks)) {
        // oxlint-disable-next-line no-await-in-loop -- each turn waits for the next event
        await new Promise<void>((wake) => {
          state.wake = wake;
        });
      }
      clearTimeout(timer);
      const inTime = done(state.chunks) || state.end !== 'open';
      return { bytes: state.chunks, end: inTime ? state.end : 'timeout', ...state.failure };
    },
    close: () => {
      cancel.removeEventListener('abort', drop);
      socket.destroy();
    },
  };
}
