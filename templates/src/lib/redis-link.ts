import { setTimeout as wait } from 'node:timers/promises';
import { Deferred } from './deferred.js';
import { broken, openClient, type Client } from './redis-clients.js';
import type { Address, RedisOptions } from './redis-options.js';
import { within } from './within.js';

/** Each connection must answer a ping within two seconds. Publishing waits in the same queue. */
const stepMs = 500;
const answerSteps = 4;
const pingMs = 1000;
/** How long subscribing to all channels may take: 100,000 take less than a second. */
const listenMs = 10_000;
const longestPauseMs = 2000;
/** Names in one SUBSCRIBE: 20,000 take up to 0.2 s. */
const batch = 1000;

export interface LinkOptions {
  /** Where to connect; called before each attempt. */
  address: () => Promise<Address>;
  options: RedisOptions;
  /** Whether channels belong to slots of a cluster. */
  sharded: boolean;
  onMessage: (channel: string, message: Buffer) => void;
  /** Called after each connect, when all wanted channels are heard. */
  onReady: (channels: string[]) => void;
  /** Called for each failed attempt, and when the connection is lost. */
  onDown: (error: unknown) => void;
  /** Called when a channel belongs to another server of the cluster. */
  onMoved: () => void;
}

interface Session {
  listener: Client;
  sender: Client;
  /** Ends the session. */
  fail: (error: unknown) => void;
}

/**
 * One server, with two connections: a slow reader is cut off by Redis together with its commands, so
 * one only listens. Both are replaced whenever one of them breaks or does not answer.
 *
 * The wanted channels are kept here and subscribed again after each connect. Measured with the
 * client's own way: a subscription that is under way when the connection breaks is forgotten; a hung
 * server is never noticed by the publishing connection, since a write counts as a sign of life; and a
 * hung server of a cluster silences a third of the rooms for good.
 */
export class RedisLink {
  readonly #given: LinkOptions;
  readonly #wanted = new Map<string, Deferred>();
  readonly #stopping = new AbortController();
  readonly #toSubscribe = new Set<string>();
  #session: Session | undefined;

  constructor(given: LinkOptions) {
    this.#given = given;
  }

  start(): void {
    void this.#run();
  }

  get isReady(): boolean {
    return this.#session !== undefined;
  }

  /** Resolves when the channel is heard. */
  subscribe(channel: string): Promise<void> {
    const known = this.#wanted.get(channel);
    if (known) return known.promise;
    const heard = new Deferred();
    this.#wanted.set(channel, heard);
    // What joins in one tick is subscribed by one command.
    if (this.#session && this.#toSubscribe.size === 0) setImmediate(() => this.#flush());
    if (this.#session) this.#toSubscribe.add(channel);
    return heard.promise;
  }

  unsubscribe(channel: string): void {
    if (!this.#wanted.delete(channel) || this.#toSubscribe.delete(channel)) return;
    const { listener } = this.#session ?? {};
    const done = this.#given.sharded
      ? listener?.sUnsubscribe(channel, this.#hear, true)
      : listener?.unsubscribe(channel, this.#hear, true);
    // It fails if the channel has moved to another server.
    done?.catch(() => {});
  }

  wants(channel: string): boolean {
    return this.#wanted.has(channel);
  }

  /** Sends a command. Rejects at once if there is no connection. */
  async send(words: (string | Buffer)[]): Promise<unknown> {
    if (!this.#session) throw new Error('Redis is not connected.');
    return this.#session.sender.sendCommand(words);
  }

  /** Connects again, perhaps to another server. */
  restart(): void {
    this.#session?.fail(new Error('Another server has taken over.'));
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const openedAt = performance.now();
      try {
        await this.#hold();
      } catch (error) {
        if (signal.aborted) return;
        this.#given.onDown(error);
      }
      // Only a connection that lasted shows that the server works again.
      if (performance.now() - openedAt > 10_000) attempt = 0;
      const pause = Math.min(longestPauseMs, 50 * 2 ** attempt) * (0.5 + Math.random() / 2);
      await wait(pause, undefined, { ref: false, signal }).catch(() => {});
    }
  }

  /** Connects, and rejects when the connection is lost. */
  async #hold(): Promise<never> {
    const clients: Client[] = [];
    try {
      const address = await this.#given.address();
      for (let i = 0; i < 2; i++) clients.push(await openClient(address, this.#given.options));
      if (this.#stopping.signal.aborted) throw new Error('stopped');
      const [listener, sender] = clients as [Client, Client];
      listener.on('sharded-channel-moved', (channel: string) => this.#moved([channel]));
      const failed = new Deferred();
      this.#stopping.signal.addEventListener('abort', failed.reject, { once: true });
      const session = { listener, sender, fail: failed.reject };
      const ends = [...clients.map(broken), ...clients.map(watch), failed.promise];
      const ended = Promise.race(ends);
      // It may reject before anything waits for it.
      ended.catch(() => {});
      const channels = [...this.#wanted.keys()];
      const listening = this.#listen(session, channels);
      await Promise.race([ended, within(listenMs, listening, 'Redis does not subscribe.')]);
      this.#session = session;
      this.#given.onReady(channels);
      // Channels that were added in the meantime.
      const added = new Set(this.#wanted.keys());
      for (const channel of channels) added.delete(channel);
      for (const channel of added) this.#toSubscribe.add(channel);
      this.#flush();
      await ended;
      throw new Error('The connection was closed.');
    } finally {
      this.#session = undefined;
      this.#toSubscribe.clear();
      for (const client of clients) client.destroy();
    }
  }

  #flush(): void {
    const channels = [...this.#toSubscribe];
    this.#toSubscribe.clear();
    const session = this.#session;
    if (session) this.#listen(session, channels).catch(session.fail);
  }

  /** Subscribes, and resolves when all of the channels are heard. */
  async #listen({ listener }: Session, channels: string[]): Promise<void> {
    const hear = async (names: string[]) => {
      if (!this.#given.sharded) await listener.subscribe(names, this.#hear, true);
      else await listener.sSubscribe(names, this.#hear, true);
      for (const name of names) this.#wanted.get(name)?.resolve();
    };
    // In a cluster, all names in one command must belong to one slot.
    const size = this.#given.sharded ? 1 : batch;
    const batches = Array.from({ length: Math.ceil(channels.length / size) }, (_, i) =>
      channels.slice(i * size, (i + 1) * size),
    );
    const listenTo = (names: string[]) =>
      hear(names).catch((error: unknown) => {
        if (!isMoved(error)) throw error;
        this.#moved(names);
      });
    await Promise.all(batches.map(listenTo));
  }

  /** The cluster assigns these channels again. */
  #moved(channels: string[]): void {
    for (const channel of channels) this.#wanted.delete(channel);
    this.#given.onMoved();
  }

  readonly #hear = (message: Buffer, channel: Buffer): void => {
    this.#given.onMessage(channel.toString(), message);
  };
}

/** Whether a server of a cluster says that a slot belongs to another one. */
export function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK|CLUSTERDOWN)/.test(error.message);
}

/** Rejects when the server does not answer in time, or answers something else. */
async function watch(client: Client): Promise<never> {
  for (;;) {
    await answered(client.ping());
    await wait(pingMs, undefined, { ref: false });
  }
}

/** Waits in steps: while this process is blocked for long, its own clock must not count. */
async function answered(ping: Promise<unknown>): Promise<void> {
  for (let step = 0; step < answerSteps; step++) {
    const late = Symbol('late');
    const answer = await Promise.race([ping, wait(stepMs, late, { ref: false })]);
    if (answer === 'PONG') return;
    if (answer !== late) throw new Error('Redis answers what was not asked.');
  }
  throw new Error(`Redis has not answered for ${answerSteps * stepMs} ms.`);
}
