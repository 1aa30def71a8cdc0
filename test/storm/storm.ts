import type { Policy } from './policies.js';

/** What handshakes cost an instance, in milliseconds of its core. */
export interface Cost {
  tlsMs: number;
  upgradeMs: number;
  /** A handshake that one side has given up before the instance reaches it. */
  deadMs: number;
}

/** How the sockets of instances are lost. */
export type Ending =
  /** All at once, without a close frame. */
  | { kind: 'crash' }
  /** In slices, as a service closes them that gets SIGTERM. */
  | { kind: 'stop'; perSecond: number; closingMs: number }
  /** All at once, without a close frame, but the instances keep running. */
  | { kind: 'load balancer' };

/** What is simulated. Every instance has the same number of clients. */
export interface Storm {
  clients: number;
  instances: number;
  /** The number of instances whose sockets are lost, all at the same time. */
  affected: number;
  ending: Ending;
  /** How long after its last socket an affected instance gets clients again. */
  returnMs: number;
  policy: Policy;
  cost: Cost;
  /** The share of its core that an instance needs for other work: 0 up to 1. It may change. */
  busy: number | Share;
  /** How many connections wait in the system of an instance. Further ones are tried again later. */
  backlog: number;
  /** How long the TLS part may take, after the connection was accepted, before the server gives up. */
  tlsLimitMs: number;
  /** How long the whole opening may take before the client gives up. */
  clientLimitMs: number;
  roundTripMs: number;
  /** Where the clients run, if that slows them down. */
  clientProcesses?: ClientProcesses;
}

/** Processes that share the clients. In each of them, one client at a time does something. */
export interface ClientProcesses {
  count: number;
  /** What a client needs to start a handshake, and again to finish TLS. */
  turnMs: number;
  busy: Share;
}

/** The share of a core that is not available at a time. */
export type Share = (atMs: number) => number;

export interface Outcome {
  /** The clients whose sockets were lost. */
  displaced: number;
  /** Clients that have a socket again: fewer than `displaced` only if the simulation ended before. */
  back: number;
  /** From the first lost socket until all clients, or a share of them, have one again. */
  allBackMs: number;
  halfBackMs: number;
  /** How long a client is without a socket, on average. */
  meanOfflineMs: number;
  attempts: number;
  /** Attempts that were given up, or refused because no instance runs. */
  failed: number;
  /** The most attempts in a second, on average per instance that gets clients. */
  peakPerSecond: number;
  /** The longest queue of an instance, in turns. */
  longestQueue: number;
}

/** What each storm has unless it says otherwise. The times were measured on one core with ECDSA. */
export const usual = {
  affected: 1,
  ending: { kind: 'crash' },
  returnMs: Number.POSITIVE_INFINITY,
  cost: { tlsMs: 0.95, upgradeMs: 0.36, deadMs: 0.1 },
  busy: 0.3,
  // The default of Node.js.
  backlog: 511,
  tlsLimitMs: 10_000,
  clientLimitMs: 20_000,
  roundTripMs: 50,
} satisfies Partial<Storm>;
