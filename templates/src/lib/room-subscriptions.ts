import type { Shared } from './shared.js';

/** How long a room is heard after its last member left: reconnecting clients cause no subscriptions. */
const lingerMs = 10_000;
/** Above this number of rooms without members, they are unsubscribed at once. */
const mostLingering = 10_000;

interface Subscription {
  heard: Promise<void>;
  timer?: NodeJS.Timeout | undefined;
}

/** Subscribes to the rooms that have members on this instance, and only to those. */
export class RoomSubscriptions {
  readonly #shared: Shared;
  readonly #onMessage: (room: string, message: Buffer) => void;
  readonly #rooms = new Map<string, Subscription>();
  #lingering = 0;

  constructor(shared: Shared, onMessage: (room: string, message: Buffer) => void) {
    this.#shared = shared;
    this.#onMessage = onMessage;
  }

  /** Resolves when the messages of a room arrive. */
  open(room: string): Promise<void> {
    const known = this.#rooms.get(room);
    if (known) {
      this.#keep(known);
      return known.heard;
    }
    const heard = this.#shared.subscribe(channelOf(room), (message) =>
      this.#onMessage(room, message),
    );
    this.#rooms.set(room, { heard });
    return heard;
  }

  /** Called when the last member has left. */
  close(room: string): void {
    const known = this.#rooms.get(room);
    if (!known || known.timer) return;
    if (this.#lingering >= mostLingering) return this.#unsubscribe(room);
    this.#lingering += 1;
    known.timer = setTimeout(() => {
      this.#keep(known);
      this.#unsubscribe(room);
    }, lingerMs).unref();
  }

  stop(): void {
    for (const { timer } of this.#rooms.values()) clearTimeout(timer);
  }

  #keep(subscription: Subscription): void {
    if (!subscription.timer) return;
    clearTimeout(subscription.timer);
    subscription.timer = undefined;
    this.#lingering -= 1;
  }

  #unsubscribe(room: string): void {
    this.#rooms.delete(room);
    void this.#shared.unsubscribe(channelOf(room));
  }
}

const prefix = 'room:';

function channelOf(room: string): string {
  return `${prefix}${room}`;
}

/** @returns undefined for a channel that is not of a room */
export function roomOf(channel: string): string | undefined {
  return channel.startsWith(prefix) ? channel.slice(prefix.length) : undefined;
}
