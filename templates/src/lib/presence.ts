import type { RoomCount } from './room-relay.js';
import type { Shared } from './shared.js';
import { within } from './within.js';

const beatMs = 2000;
/** An instance without a beat for this time does not count. */
const silentMs = 6000;
/** When the entry of such an instance is removed. */
const forgetMs = 60_000;
/** Beats until each room is written again. Its hash expires after three times as long. */
const beatsPerRound = 30;
const expirySeconds = (3 * beatsPerRound * beatMs) / 1000;
/** Changes within this time are written together. */
const writeMs = 50;
const answerMs = 1000;
/** Rooms that are written at once: each takes 30 µs. */
const sliceSize = 200;

/** The last beat of an instance, and when this one saw it change. Clocks of machines differ. */
interface Beat {
  value: string;
  seenAt: number;
}

/**
 * Counts the members of rooms over all instances. Each writes its own number into a hash of the room,
 * as an absolute value, and beats every two seconds in a common hash. No instance waits for another.
 */
export class Presence {
  readonly #shared: Shared;
  /** The members of each room on this instance. */
  readonly #own = new Map<string, number>();
  readonly #changed = new Set<string>();
  readonly #beats = new Map<string, Beat>();
  readonly #timer: NodeJS.Timeout;
  #beat = 0;
  #beatenAt = Number.NEGATIVE_INFINITY;
  #round: string[] = [];

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#timer = setInterval(() => void this.#tick(), beatMs).unref();
    void this.#tick();
  }

  /** Notes the members of a room on this instance. */
  set(room: string, members: number): void {
    if (members === 0) this.#own.delete(room);
    else this.#own.set(room, members);
    if (this.#changed.size === 0) setTimeout(() => void this.#write(), writeMs).unref();
    this.#changed.add(room);
  }

  /** Writes all rooms again soon, after Redis was away. */
  repair(): void {
    void this.#tick();
    for (const [room, members] of this.#own) this.set(room, members);
  }

  /** The members on other instances. */
  async count(room: string): Promise<RoomCount> {
    try {
      const counted = this.#countElsewhere(room);
      return { members: await within(answerMs, counted, 'Redis does not answer.'), complete: true };
    } catch {
      return { members: 0, complete: false };
    }
  }

  /** Others would notice the absence of this instance, too, but later. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const removed = this.#shared.setField(beatsKey, this.#shared.instance, undefined, 0);
    const written = Promise.all([this.#write(), removed]);
    await within(answerMs, written, 'Redis does not answer.').catch(() => {});
  }

  async #countElsewhere(room: string): Promise<number> {
    if (performance.now() - this.#beatenAt > silentMs) throw new Error('No beat has succeeded.');
    const fields = await this.#shared.fields(keyOf(room));
    fields.delete(this.#shared.instance);
    // An instance that has just started.
    if ([...fields.keys()].some((instance) => !this.#beats.has(instance))) await this.#readBeats();
    let members = 0;
    for (const [instance, text] of fields) {
      const beat = this.#beats.get(instance);
      if (!beat) this.#shared.setField(keyOf(room), instance, undefined, 0).catch(() => {});
      else if (performance.now() - beat.seenAt < silentMs) members += numberOf(text);
    }
    return members;
  }

  async #write(): Promise<void> {
    const rooms = [...this.#changed];
    this.#changed.clear();
    const { instance } = this.#shared;
    const written: Promise<void>[] = [];
    for (const [index, room] of rooms.entries()) {
      // Messages must not wait for, or be refused because of, thousands of counts.
      if (index % sliceSize === sliceSize - 1) await Promise.all(written.splice(0));
      const members = this.#own.get(room)?.toString();
      const done = this.#shared.setField(keyOf(room), instance, members, expirySeconds);
      // What cannot be written now is written in the next round.
      written.push(done.catch(() => {}));
    }
    await Promise.all(written);
  }

  async #tick(): Promise<void> {
    this.#writeSlice();
    const { instance } = this.#shared;
    this.#beat += 1;
    try {
      await this.#shared.setField(beatsKey, instance, String(this.#beat), expirySeconds);
      await this.#readBeats();
    } catch {
      // Counts are not complete until a beat succeeds.
    }
  }

  async #readBeats(): Promise<void> {
    const beats = await this.#shared.fields(beatsKey);
    const now = performance.now();
    this.#beatenAt = now;
    for (const instance of this.#beats.keys())
      if (!beats.has(instance)) this.#beats.delete(instance);
    for (const [instance, value] of beats) {
      const known = this.#beats.get(instance);
      if (known?.value !== value) this.#beats.set(instance, { value, seenAt: now });
      else if (now - known.seenAt > forgetMs)
        this.#shared.setField(beatsKey, instance, undefined, 0).catch(() => {});
    }
  }

  /** Writes a part of the rooms again, so that each does not expire. */
  #writeSlice(): void {
    if (this.#round.length === 0) this.#round = [...this.#own.keys()];
    const size = Math.ceil(this.#own.size / beatsPerRound);
    for (const room of this.#round.splice(0, size)) {
      const members = this.#own.get(room);
      if (members !== undefined) this.set(room, members);
    }
  }
}

const beatsKey = 'instances';

function keyOf(room: string): string {
  return `room:${room}`;
}

/** What others wrote is not trusted. */
function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
