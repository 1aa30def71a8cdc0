import type { Duplex } from 'node:stream';
import type { End } from '../../plan/diagnosis/evidence.js';
import { errorCode } from '../reasons.js';

/** More than this a server has not to say before we have judged it, in bytes. */
const mostBytes = 256 * 1024;

/** What was told of an error: Node's code, and the alert that TLS gave for a reason. */
export interface Failure {
  code?: string;
  alert?: number;
  message?: string;
}

/** @returns the code and the alert, as far as there are any */
export function signsOf({ code, alert }: Signs): Pick<Failure, 'code' | 'alert'> {
  return {
    ...(code === undefined ? {} : { code }),
    ...(alert === undefined ? {} : { alert }),
  };
}

/** @returns what an error of a connection says; names of alerts differ by OpenSSL, numbers do not */
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

/** What came over a connection, and whether more can come. */
export interface Received extends Failure {
  bytes: Buffer;
  end: End;
}

/** A connection that is read by hand, with limits of time and size. */
export interface Wire {
  write: (bytes: string | Buffer) => void;
  /** Takes the first of what has been received away; what is yet to come of it is dropped. */
  take: (length: number) => void;
  /**
   * Waits until `done` is true of all that has come and was not taken, the other side ends, or the
   * time in milliseconds is over. Never throws.
   */
  read: (done: (bytes: Buffer) => boolean, limit: number) => Promise<Received>;
  close: () => void;
}

/** Reads a connection that is open; `cancel` drops it. */
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
        // oxlint-disable-next-line no-await-in-loop -- each turn waits for the next thing to come
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
