import { slicing } from '../../templates/src/lib/slicing.js';
import type { Closed } from './policies.js';
import { ServerQueue, type Turn } from './server-queue.js';
import type { Outcome, Storm } from './storm.js';
import { Timeline } from './timeline.js';

/** What happens, in the lowest bits of an event. Above them is the number of the attempt. */
const happens = {
  lost: 0,
  attempt: 1,
  connect: 2,
  upgrade: 3,
  tlsLimit: 4,
  clientLimit: 5,
  served: 6,
};
const kinds = 8;
const firstPacketMs = 1000;

type HandshakeTurn = Exclude<Turn, { kind: 'accept' }>;

interface Client {
  /** undefined while it has no attempt in progress. */
  instance: ServerQueue | undefined;
  attempt: number;
  tls: boolean;
  /** How long TCP waits before it tries again. */
  packetMs: number;
  connected: boolean;
  lostAt: number;
  closed: Closed;
}

/**
 * Simulates how clients come back after their sockets were lost.
 *
 * @param random returns numbers from 0 up to 1; the same numbers give the same outcome
 * @param endMs when to stop, if not all clients are back
 */
export function simulate(storm: Storm, random: () => number, endMs = 600_000): Outcome {
  return new Simulation(storm, random).run(endMs);
}

class Simulation {
  readonly #storm: Storm;
  readonly #random: () => number;
  readonly #timeline = new Timeline();
  readonly #instances: ServerQueue[];
  readonly #clients: Client[];
  /** How many of the first instances do not lose sockets. */
  readonly #remaining: number;
  readonly #slices: { size: number; reason: string; code: number; afterMs: number }[];
  readonly #returnAt: number;
  readonly #perSecond = new Map<number, number>();
  readonly #backAt: number[] = [];
  /** When each process with clients has nothing more to do. */
  readonly #freeAt: number[] = [];
  #offlineMs = 0;
  #attempts = 0;
  #failed = 0;

  constructor(storm: Storm, random: () => number) {
    const { clients, instances, affected, ending, returnMs } = storm;
    this.#storm = storm;
    this.#random = random;
    this.#instances = Array.from({ length: instances }, (_, index) => new ServerQueue(index));
    const isRunning = ending.kind === 'load balancer';
    this.#remaining = isRunning ? instances : instances - affected;
    this.#slices = slicesOf(storm);
    this.#returnAt = (this.#slices.at(-1)?.afterMs ?? 0) + returnMs;
    this.#clients = Array.from({ length: Math.round((clients / instances) * affected) }, newClient);
    let next = 0;
    for (const { size, reason, code, afterMs } of this.#slices) {
      for (const client of this.#clients.slice(next, next + size * affected)) {
        Object.assign(client.closed, { code, reason });
        this.#timeline.add(afterMs, next, happens.lost);
        next += 1;
      }
    }
  }

  run(endMs: number): Outcome {
    for (let event = this.#timeline.next(); event; event = this.#timeline.next()) {
      if (event.at > endMs || this.#backAt.length === this.#clients.length) {
        break;
      }
      this.#handle(event.at, event.who, event.what % kinds, Math.floor(event.what / kinds));
    }
    return this.#outcome();
  }

  #handle(at: number, who: number, what: number, attempt: number): void {
    if (what === happens.served) {
      this.#served(at, who);
      return;
    }
    const client = this.#clients[who];
    if (client === undefined) {
      return;
    }
    if (what === happens.lost) {
      client.lostAt = at;
      this.#waitAndTry(at, who, client);
    } else if (what === happens.attempt) {
      this.#try(at, who, client);
    } else if (client.attempt === attempt && !client.connected) {
      this.#continue(at, who, client, what);
    }
  }

  /** What happens during an attempt, if it has not ended before. */
  #continue(at: number, who: number, client: Client, what: number): void {
    if (what === happens.connect && client.instance !== undefined) {
      this.#connect(at, who, client, client.instance);
    } else if (what === happens.upgrade && client.instance !== undefined) {
      this.#enqueue(at, client.instance, { client: who, attempt: client.attempt, kind: 'upgrade' });
    } else if (what === happens.clientLimit || (what === happens.tlsLimit && client.tls)) {
      this.#fail(at, who, client);
    }
  }

  #waitAndTry(at: number, who: number, client: Client): void {
    const delay = this.#storm.policy(client.closed, this.#random);
    this.#timeline.add(at + delay, who, happens.attempt);
    client.closed.failures += 1;
  }

  #try(at: number, who: number, client: Client): void {
    this.#attempts += 1;
    const second = Math.floor(at / 1000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + 1);
    const running = at < this.#returnAt ? this.#remaining : this.#instances.length;
    const instance = this.#instances[Math.floor(this.#random() * running)];
    client.attempt += 1;
    if (running === 0 || instance === undefined) {
      this.#fail(at, who, client);
      return;
    }
    Object.assign(client, { instance, tls: true, packetMs: firstPacketMs });
    const mark = client.attempt * kinds;
    const startsAt = this.#clientTurn(at, who);
    this.#timeline.add(startsAt, who, mark + happens.connect);
    this.#timeline.add(startsAt + this.#storm.clientLimitMs, who, mark + happens.clientLimit);
  }

  /** TCP tries again after one second, then after two, and so on, as long as the backlog is full. */
  #connect(at: number, who: number, client: Client, instance: ServerQueue): void {
    if (instance.connect({ client: who, attempt: client.attempt }, this.#storm.backlog)) {
      this.#begin(at, instance);
      return;
    }
    this.#timeline.add(at + client.packetMs, who, client.attempt * kinds + happens.connect);
    client.packetMs *= 2;
  }

  #accept(at: number, instance: ServerQueue): void {
    for (const { client, attempt } of instance.accept()) {
      const limitAt = at + this.#storm.tlsLimitMs;
      this.#timeline.add(limitAt, client, attempt * kinds + happens.tlsLimit);
      instance.add({ client, attempt, kind: 'tls' });
    }
  }

  /** When a client has done its part of a handshake. */
  #clientTurn(at: number, who: number): number {
    const { clientProcesses } = this.#storm;
    if (clientProcesses === undefined) {
      return at;
    }
    const index = who % clientProcesses.count;
    const from = Math.max(at, this.#freeAt[index] ?? 0);
    const done = from + clientProcesses.turnMs / (1 - clientProcesses.busy(from));
    this.#freeAt[index] = done;
    return done;
  }

  #fail(at: number, who: number, client: Client): void {
    this.#failed += 1;
    // The turns that still wait for it are void.
    client.attempt += 1;
    client.instance = undefined;
    client.closed = { ...client.closed, code: 1006, reason: '', wasOpen: false };
    this.#waitAndTry(at, who, client);
  }

  #enqueue(at: number, instance: ServerQueue, turn: Turn): void {
    instance.add(turn);
    this.#begin(at, instance);
  }

  #begin(at: number, instance: ServerQueue): void {
    const turn = instance.begin();
    if (turn === undefined) {
      return;
    }
    const { busy } = this.#storm;
    const share = typeof busy === 'number' ? busy : busy(at);
    const own = this.#costOf(turn);
    this.#timeline.add(at + own / (1 - share), instance.index, happens.served);
  }

  #costOf(turn: Turn): number {
    const { cost } = this.#storm;
    if (turn.kind === 'accept') {
      return 0;
    }
    return this.#clients[turn.client]?.attempt === turn.attempt
      ? cost[`${turn.kind}Ms`]
      : cost.deadMs;
  }

  #served(at: number, index: number): void {
    const instance = this.#instances[index];
    const turn = instance?.current;
    if (instance === undefined || turn === undefined) {
      return;
    }
    instance.current = undefined;
    if (turn.kind === 'accept') {
      this.#accept(at, instance);
    } else {
      this.#complete(at, turn);
    }
    this.#begin(at, instance);
  }

  #complete(at: number, { client: who, attempt, kind }: HandshakeTurn): void {
    const client = this.#clients[who];
    if (client?.attempt !== attempt) {
      return;
    }
    if (kind === 'tls') {
      client.tls = false;
      const arrivesAt = this.#clientTurn(at, who) + this.#storm.roundTripMs;
      this.#timeline.add(arrivesAt, who, attempt * kinds + happens.upgrade);
      return;
    }
    client.connected = true;
    this.#backAt.push(at);
    this.#offlineMs += at - client.lostAt;
  }

  #outcome(): Outcome {
    const displaced = this.#clients.length;
    const back = this.#backAt.length;
    const getting = this.#remaining > 0 ? this.#remaining : this.#instances.length;
    const after = (share: number): number =>
      this.#backAt[Math.ceil(displaced * share) - 1] ?? Number.POSITIVE_INFINITY;
    return {
      displaced,
      back,
      allBackMs: after(1),
      halfBackMs: after(0.5),
      meanOfflineMs: this.#offlineMs / back,
      attempts: this.#attempts,
      failed: this.#failed,
      peakPerSecond: Math.max(0, ...this.#perSecond.values()) / getting,
      longestQueue: Math.max(...this.#instances.map(({ longest }) => longest)),
    };
  }
}

function newClient(): Client {
  const closed = { code: 1006, reason: '', wasOpen: true, failures: 0 };
  const never = { attempt: 0, tls: false, connected: false, lostAt: 0 };
  return { ...never, instance: undefined, packetMs: firstPacketMs, closed };
}

/** The slices of each affected instance, with what its clients are told. */
function slicesOf({ clients, instances, ending }: Storm) {
  const sockets = Math.ceil(clients / instances);
  if (ending.kind !== 'stop') {
    return [{ size: sockets, reason: '', code: 1006, afterMs: 0 }];
  }
  const { size, windowMs } = slicing(sockets, ending.perSecond, ending.closingMs);
  return Array.from({ length: Math.ceil(sockets / size) }, (_, index) => {
    return { size, reason: `retry ${windowMs}`, code: 1001, afterMs: index * 1000 };
  });
}
