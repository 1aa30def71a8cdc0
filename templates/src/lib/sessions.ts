import type { Duplex } from 'node:stream';
import type { GuardedSocket } from './guarded-socket.js';
import { Refusal } from './refusal.js';
import { clockToleranceSeconds, type User } from './tokens.js';

/** The client must authenticate again. 4000 to 4999 are for applications (RFC 6455, section 7.4.2). */
const unauthorizedCode = 4401;
/** The longest delay of Node's timers, 24.8 days. With a longer one, they fire at once. */
const longestTimer = 2 ** 31 - 1;
const toleranceMs = clockToleranceSeconds * 1000;

/** Ends the sessions of a user. Times are in milliseconds since 1970. */
export interface Closing {
  id: string;
  /** Tokens that were issued until then no longer count. */
  at: number;
  /** When the last of these tokens expires. */
  until: number;
}

/** The sockets of each user. */
export class Sessions {
  readonly #users = new Map<string, Map<GuardedSocket, User>>();
  readonly #closings = new Map<string, Closing>();

  /** Ties a socket to its user, and closes it when the token expires. */
  add(socket: GuardedSocket, user: User): void {
    socket.userId = user.id;
    const own = this.#users.get(user.id) ?? new Map<GuardedSocket, User>();
    this.#users.set(user.id, own.set(socket, user));
    const stop = closeAt(socket, user.expiresAt + toleranceMs);
    socket.on('close', () => {
      stop();
      own.delete(socket);
      if (own.size === 0 && this.#users.get(user.id) === own) this.#users.delete(user.id);
    });
    // The user may have been closed during the handshake.
    if (this.isClosed(user)) close(socket, 'The session was closed');
  }

  /** Closes the sockets of a user that were opened with such a token. */
  close(closing: Closing): void {
    const now = Date.now();
    for (const { id, until } of this.#closings.values()) {
      if (until + toleranceMs <= now) this.#closings.delete(id);
    }
    this.#closings.set(closing.id, closing);
    for (const [socket, user] of this.#users.get(closing.id) ?? []) {
      if (this.isClosed(user)) close(socket, 'The session was closed');
    }
  }

  /** Whether the user's token no longer counts. */
  isClosed({ id, issuedAt }: User): boolean {
    const closing = this.#closings.get(id);
    if (closing === undefined || closing.until + toleranceMs <= Date.now()) return false;
    return issuedAt <= closing.at;
  }
}

function close(socket: GuardedSocket, reason: string): void {
  socket.close(unauthorizedCode, reason);
}

/** Closes a socket at a time that may be months away. @returns a function that prevents it */
function closeAt(socket: GuardedSocket, end: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  function wait(): void {
    const left = end - Date.now();
    if (left <= 0) return close(socket, 'The token has expired');
    timer = setTimeout(wait, Math.min(left, longestTimer)).unref();
  }
  wait();
  return () => clearTimeout(timer);
}

/** Counts the connections of each user, from the handshake on. */
export function limitPerUser(most: number) {
  const counts = new Map<string, number>();

  /** @throws {Refusal} 429 if the user has too many */
  return (id: string, stream: Duplex): void => {
    const count = counts.get(id) ?? 0;
    if (count >= most) {
      const message = 'This user has too many connections.';
      throw new Refusal({ statusCode: 429, reason: 'user-limit', message, retryAfter: 10 });
    }
    counts.set(id, count + 1);
    // A handshake that fails later also closes its stream.
    stream.once('close', () => {
      const left = (counts.get(id) ?? 1) - 1;
      if (left > 0) counts.set(id, left);
      else counts.delete(id);
    });
  };
}
