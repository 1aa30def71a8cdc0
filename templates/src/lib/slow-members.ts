import type { GuardedSocket } from './guarded-socket.js';
import type { ServerMessage } from './room-protocol.js';
import { writeTogether } from './write-together.js';

/** The close code for a member that reads too slowly (RFC 6455, section 7.4.2: private use). */
export const slowCode = 4008;
const checkMs = 500;
/** A member that misses nothing for this time has caught up. */
const quietMs = 5000;
/** A member that caught up has at most this much left to read. */
const caughtUpBytes = 65_536;

interface State {
  missed: number;
  since: number;
  last: number;
}

interface Options {
  /** Whether a slow member is closed at once instead of missing messages. */
  close: boolean;
  /** How long a member may be slow. */
  mostMs: number;
}

/**
 * Sends messages to members, and skips those who read too slowly. Such a member is told how many
 * messages it missed as soon as it has caught up, and is closed if it stays slow. Others are never
 * affected.
 */
export class SlowMembers {
  readonly counts = { slow: 0, dropped: 0, closed: 0 };
  readonly #options: Options;
  readonly #slow = new Map<GuardedSocket, State>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @returns false if the member is too slow for this message */
  send(member: GuardedSocket, message: Buffer): boolean {
    const state = this.#slow.get(member);
    if (state?.missed || member.congested) {
      this.#miss(member, state);
      return false;
    }
    writeTogether(member.stream);
    member.send(message, { binary: false });
    return true;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #miss(member: GuardedSocket, known: State | undefined): void {
    this.counts.dropped += 1;
    if (this.#options.close) return this.#close(member);
    const now = performance.now();
    const state = known ?? { missed: 0, since: now, last: now };
    state.missed += 1;
    state.last = now;
    if (known) return;
    this.counts.slow += 1;
    member.log?.info('The client reads too slowly. It misses messages of its rooms.');
    this.#slow.set(member, state);
    this.#timer ??= setInterval(() => this.#check(), checkMs).unref();
  }

  #check(): void {
    const now = performance.now();
    for (const [member, state] of this.#slow) {
      if (member.readyState !== member.OPEN) this.#slow.delete(member);
      else if (now - state.since > this.#options.mostMs) this.#close(member);
      else if (member.bufferedAmount <= caughtUpBytes) this.#caughtUp(member, state, now);
    }
    if (this.#slow.size === 0) this.stop();
  }

  #caughtUp(member: GuardedSocket, state: State, now: number): void {
    const { missed, last } = state;
    state.missed = 0;
    if (now - last > quietMs) this.#slow.delete(member);
    if (missed > 0) member.send(textOf({ type: 'missed', count: missed }), { binary: false });
  }

  /** The close frame waits for the client, too. ws ends the connection after 30 s. */
  #close(member: GuardedSocket): void {
    this.#slow.delete(member);
    if (member.readyState !== member.OPEN) return;
    this.counts.closed += 1;
    member.log?.info('The client reads too slowly. It is disconnected.');
    member.close(slowCode, 'Reads too slowly');
  }
}

/** A message as it is sent. Encoding it once serves all members. */
export function textOf(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}
