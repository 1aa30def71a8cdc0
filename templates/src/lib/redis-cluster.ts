import { Deferred } from './deferred.js';
import { hashSlot, slotCount } from './hash-slot.js';
import { openClient } from './redis-clients.js';
import type { ConnectionEvents, ConnectionOptions, RedisConnection } from './redis-connection.js';
import { isMoved, RedisLink } from './redis-link.js';
import type { Address } from './redis-options.js';
import { within } from './within.js';

const answerMs = 1000;
/** How often the cluster is asked for its masters while one of them is away. */
const lookMs = 500;

/** A range of slots, and the master that has them. */
interface Range {
  first: number;
  last: number;
  address: Address;
}

interface Channel {
  link?: RedisLink | undefined;
  heard: Deferred;
}

/**
 * A Redis Cluster: one link for each master. Channels are sharded (SPUBLISH), as keys are. The rooms of
 * a master that is away are deaf until another one takes over; all others go on.
 */
export class RedisCluster implements RedisConnection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #links = new Map<string, RedisLink>();
  readonly #channels = new Map<string, Channel>();
  #timer: NodeJS.Timeout | undefined;
  #slots: (RedisLink | undefined)[] = [];
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.isReady) void this.#look();
    }, lookMs).unref();
    void this.#look();
  }

  get isReady(): boolean {
    const covered = this.#slots.length === slotCount && !this.#slots.includes(undefined);
    return covered && [...this.#links.values()].every(({ isReady }) => isReady);
  }

  subscribe(name: string): Promise<void> {
    const known = this.#channels.get(name);
    if (known) return known.heard.promise;
    const channel = { heard: new Deferred() };
    this.#channels.set(name, channel);
    void this.#assign(name, channel);
    return channel.heard.promise;
  }

  unsubscribe(name: string): void {
    this.#channels.get(name)?.link?.unsubscribe(name);
    this.#channels.delete(name);
  }

  async publish(channel: string, message: Buffer): Promise<void> {
    await this.send(channel, ['SPUBLISH', channel, message]);
  }

  async send(key: string, words: (string | Buffer)[]): Promise<unknown> {
    try {
      return await this.#linkOf(key).send(words);
    } catch (error) {
      if (!isMoved(error)) throw error;
      await this.#look();
      return this.#linkOf(key).send(words);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const link of this.#links.values()) link.stop();
  }

  #linkOf(key: string): RedisLink {
    const link = this.#slots[hashSlot(key)];
    if (!link) throw new Error('Redis is not connected.');
    return link;
  }

  /** Asks for the masters and their slots, and moves the channels accordingly. */
  #look(): Promise<void> {
    this.#looking ??= this.#ask()
      .then((ranges) => this.#use(ranges))
      .catch(this.#events.onDown)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Asks a connected master, or else the servers in REDIS_URL, until one answers. */
  async #ask(): Promise<Range[]> {
    const connected = [...this.#links].filter(([, link]) => link.isReady);
    const ways = [
      ...shuffled(connected).map(
        ([name, link]) =>
          async () =>
            rangesOf(await link.send(slotsCommand), addressOf(name).host),
      ),
      ...shuffled(this.#options.addresses).map((address) => () => askAt(address, this.#options)),
    ];
    let reason: unknown;
    for (const way of ways) {
      try {
        return await within(answerMs + 3000, way(), 'Redis does not answer.');
      } catch (error) {
        reason = error;
      }
    }
    throw reason;
  }

  #use(ranges: Range[]): void {
    if (this.#stopped) return;
    const masters = new Map(ranges.map(({ address }) => [nameOf(address), address]));
    for (const [name, link] of this.#links) {
      if (masters.has(name)) continue;
      link.stop();
      this.#links.delete(name);
    }
    for (const [name, address] of masters) {
      if (this.#links.has(name)) continue;
      const link = this.#linkTo(address);
      this.#links.set(name, link);
      link.start();
    }
    this.#slots = Array.from({ length: slotCount });
    for (const { first, last, address } of ranges)
      this.#slots.fill(this.#links.get(nameOf(address)), first, last + 1);
    void this.#assignAll();
  }

  async #assignAll(): Promise<void> {
    const assigned = [...this.#channels].map(([name, channel]) => this.#assign(name, channel));
    const moved = (await Promise.all(assigned)).flatMap((name) => name ?? []);
    if (moved.length > 0) this.#events.onGap(moved);
  }

  /**
   * Hears a channel at the master of its slot. Resolves with the name if the channel has moved to a
   * master that was already connected: otherwise the link reports the gap.
   */
  async #assign(name: string, channel: Channel): Promise<string | undefined> {
    const old = channel.link;
    const link = this.#slots[hashSlot(name)];
    if (old !== link) old?.unsubscribe(name);
    channel.link = link;
    if (!link) return undefined;
    const hasMoved = old !== undefined && link.isReady && !link.wants(name);
    await link.subscribe(name);
    channel.heard.resolve();
    return hasMoved ? name : undefined;
  }

  #linkTo(address: Address): RedisLink {
    const { onMessage, onGap, onReady, onDown } = this.#events;
    return new RedisLink({
      address: async () => address,
      options: this.#options,
      sharded: true,
      onMessage,
      onReady: (channels) => {
        onReady();
        onGap(channels);
      },
      onDown: (error) => {
        onDown(error);
        void this.#look();
      },
      onMoved: () => void this.#look(),
    });
  }
}

const slotsCommand = ['CLUSTER', 'SLOTS'];

async function askAt(address: Address, options: ConnectionOptions): Promise<Range[]> {
  const client = await openClient(address, options);
  try {
    const asked = client.sendCommand(slotsCommand);
    return rangesOf(await within(answerMs, asked, 'Redis does not answer.'), address.host);
  } finally {
    client.destroy();
  }
}

/** @param host stands for a server that does not know its own address */
function rangesOf(answer: unknown, host: string): Range[] {
  if (!Array.isArray(answer) || answer.length === 0)
    throw new Error('The cluster has no slots. Is this Redis part of a cluster?');
  return answer.map(([first, last, [master, port]]) => ({
    first: Number(first),
    last: Number(last),
    address: { host: String(master ?? '') || host, port: Number(port) },
  }));
}

function nameOf({ host, port }: Address): string {
  return `${host} ${port}`;
}

function addressOf(name: string): Address {
  const [host = '', port] = name.split(' ');
  return { host, port: Number(port) };
}

function shuffled<Value>(values: Value[]): Value[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
