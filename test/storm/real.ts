import { setTimeout as sleep } from 'node:timers/promises';
import { origin } from '../support/app-process.js';
import type { App } from '../support/app.js';
import type { Seen } from './client.js';
import { Crowds } from './crowds.js';
import { Instance, watch } from './instance.js';
import type { PolicyName } from './policies.js';
import { BusyRecord, runBetween } from './shares.js';
import type { Outcome } from './storm.js';

/** A real storm: of two instances with the same number of sockets, one is restarted. */
export interface RealStorm {
  sockets: number;
  /** The number of processes with clients. */
  processes: number;
  policy: PolicyName;
  /** SIGKILL for a crash. */
  signal: 'SIGTERM' | 'SIGKILL';
  settings: Record<string, string>;
  /** How long the restarted instance stays without new clients. */
  returnMs: number;
  clientLimitMs: number;
}

export interface Measured {
  outcome: Outcome;
  /** How long the other instance ran for each handshake while the sockets were opened. */
  handshakeMs: number;
  /** How long the client ran for it. */
  clientMs: number;
  /** The share of its core that the instance did not get while the clients came back. */
  busy: BusyRecord;
  /** The same for the processes with clients. */
  clientsBusy: BusyRecord;
  /** When `GET /readyz` of the restarted instance first failed, after the first lost socket. */
  unreadyMs: number;
  /** From the signal to the first lost socket. */
  drainMs: number;
  exit: number | string;
  seen: Seen[];
}

const warmUp = 200;
const atOnce = 64;
/** When a storm that does not end is given up. */
export const limitMs = 120_000;

/** Starts two instances and the clients, restarts one instance, and waits until all are back. */
export async function realStorm(app: App, storm: RealStorm): Promise<Measured> {
  const { sockets, processes, policy, clientLimitMs, settings } = storm;
  const [stopped, other] = await Promise.all([
    Instance.start(app, settings),
    Instance.start(app, settings),
  ]);
  const crowds = await Crowds.start(processes, {
    ca: app.cert,
    origin,
    policy,
    limitMs: clientLimitMs,
  });
  try {
    const half = sockets / 2 / processes;
    const needed = await openMeasured(crowds, other, half, processes);
    await crowds.open({ port: stopped.port, count: half, atOnce });
    await crowds.choose([stopped.port, other.port]);
    const busy = new BusyRecord(() => other.shares());
    const clientsBusy = new BusyRecord(() => crowds.shares());
    const startedAt = Date.now();
    const record = (): void => [busy, clientsBusy].forEach((each) => each.add());
    const run = await restart(crowds, { stopped, other }, { ...storm, record });
    const seen = await crowds.report();
    const { outcome, firstLost } = outcomeOf(seen);
    const times = { drainMs: firstLost - startedAt, unreadyMs: run.unreadyAt - firstLost };
    return { ...needed, ...times, busy, clientsBusy, outcome, exit: run.exit, seen };
  } finally {
    await crowds.stop();
    await Promise.all([stopped.end('SIGKILL'), other.end('SIGKILL')]);
  }
}

/** Opens the sockets of an instance. Returns what a handshake takes after the first ones. */
async function openMeasured(crowds: Crowds, instance: Instance, half: number, processes: number) {
  const { port } = instance;
  const first = Math.min(Math.ceil(warmUp / processes), Math.floor(half / 2));
  await crowds.open({ port, count: first, atOnce });
  const [server, clients] = [instance.shares(), crowds.shares()];
  await crowds.open({ port, count: half - first, atOnce });
  const handshakes = (half - first) * processes;
  return {
    handshakeMs: runBetween(server, instance.shares()) / handshakes,
    clientMs: runBetween(clients, crowds.shares()) / handshakes,
  };
}

async function restart(
  crowds: Crowds,
  { stopped, other }: { stopped: Instance; other: Instance },
  { sockets, signal, returnMs, record }: RealStorm & { record: () => void },
) {
  const state = { isOver: false, unreadyAt: 0 };
  const choose = async (ports: number[]): Promise<void> => {
    if (!state.isOver) {
      await crowds.choose(ports);
    }
  };
  const watching = watch(
    stopped,
    () => state.isOver,
    async (ready) => {
      if (ready) {
        setTimeout(() => void choose([stopped.port, other.port]), returnMs).unref();
        return;
      }
      state.unreadyAt = Date.now();
      await choose([other.port]);
    },
  );
  const ending = stopped.end(signal).then(async (exit) => {
    await stopped.restart();
    return exit;
  });
  try {
    await allBack(crowds, sockets, record);
    return { exit: await ending, unreadyAt: state.unreadyAt };
  } finally {
    state.isOver = true;
    await watching;
  }
}

/** Waits until all clients are back, or until it is clear that this takes too long. */
async function allBack(crowds: Crowds, sockets: number, record: () => void): Promise<void> {
  const end = Date.now() + limitMs;
  const state = { open: 0, lost: 0 };
  while (Date.now() < end && (state.open < sockets || state.lost < sockets / 2)) {
    // Counting takes time from the clients.
    await sleep(250);
    Object.assign(state, await crowds.count());
    record();
  }
}

/** Sums up what the clients have seen. */
function outcomeOf(seen: Seen[]): { outcome: Outcome; firstLost: number } {
  const lost = seen.filter(({ lostAt }) => lostAt !== undefined);
  const firstLost = Math.min(...lost.map(({ lostAt = 0 }) => lostAt));
  const backAt = lost.flatMap(({ backAt: at }) => at ?? []).toSorted((left, right) => left - right);
  const after = (share: number): number =>
    (backAt[Math.ceil(lost.length * share) - 1] ?? Number.POSITIVE_INFINITY) - firstLost;
  const attempts = lost.flatMap(({ attempts: at }) => at);
  const perSecond = new Map<number, number>();
  for (const at of attempts) {
    const second = Math.floor((at - firstLost) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  const offline = lost.flatMap(({ lostAt = 0, backAt: at }) =>
    at === undefined ? [] : at - lostAt,
  );
  const outcome = {
    displaced: lost.length,
    back: backAt.length,
    allBackMs: after(1),
    halfBackMs: after(0.5),
    meanOfflineMs: offline.reduce((left, right) => left + right, 0) / offline.length,
    attempts: attempts.length,
    failed: lost.reduce((sum, { failed }) => sum + failed, 0),
    peakPerSecond: Math.max(0, ...perSecond.values()),
    longestQueue: Number.NaN,
  };
  return { outcome, firstLost };
}
