import { leftovers, settledHoldings } from '../support/leftovers.js';
import { loopbackAddress } from '../support/loopback.js';
import { messageLimit as limit, type Holdings, type Service } from '../support/service.js';
import { caseOf, type Case, type Scheme } from './cases.js';
import { startControl } from './control.js';
import { openLedger, type Ledger } from './ledger.js';
import type { Peer } from './peer.js';
import { playPipelined } from './pipelined.js';
import { playBroken, playFrames, playHandshake, type Outcome } from './play.js';
import { logFaults, type Logs } from './logs.js';

export interface Options {
  seed: number;
  cases: number;
  /** The number of the first case; 0 for all. */
  from?: number;
  /** Kinds to skip. */
  skip?: string[];
  /** Called from time to time with the number of finished cases. */
  onProgress?: (done: number, failures: number) => void;
}

/** The result of a run. If too many cases fail, fewer than requested are run. */
export interface Result extends Pick<Ledger, 'played' | 'failures' | 'counts'> {
  /**
   * What went wrong outside the cases: with a process, a control connection, or something left
   * over.
   */
  faults: string[];
  echoes: number;
  before: Record<Scheme, Holdings>;
  after: Record<Scheme, Holdings>;
  logs: Record<Scheme, Logs>;
}

export type Services = Record<Scheme, Service>;

const concurrency = 24;
const controls = 3;
const sharedMost = 25;
const failuresMost = 50;
// One network may send 600 plain HTTP requests per minute.
const casesPerAddress = 200;
const schemes = ['ws', 'wss'] as const;

/** Runs cases against a ws:// and a wss:// service, together with well-behaved connections. */
export async function run(services: Services, options: Options): Promise<Result> {
  const before = await both((scheme) => services[scheme].holdings());
  const watching = await Promise.all(controlsFor(services));
  const ledger = await playAll(services, options);
  const watched = await Promise.all(watching.map((control) => control.stop()));
  const after = await both((scheme) => settled(services[scheme], before[scheme]));
  const logs = {
    ws: { ...services.ws.logged(), connections: ledger.connections.ws + controls },
    wss: { ...services.wss.logged(), connections: ledger.connections.wss + controls },
  };
  const faults = [
    ...watched.flatMap(({ fault }) => fault ?? []),
    ...endings(services),
    ...schemes.flatMap((scheme) => left(scheme, before[scheme], after[scheme])),
    ...schemes.flatMap((scheme) => logFaults(scheme, logs[scheme])),
  ];
  const echoes = watched.reduce((sum, each) => sum + each.echoes, 0);
  const { played, failures, counts } = ledger;
  return { played, failures, counts, faults, echoes, before, after, logs };
}

async function playAll(services: Services, options: Options): Promise<Ledger> {
  const { seed, cases, from = 0, onProgress } = options;
  const targets = { ws: services.ws.target, wss: services.wss.target };
  const skip = new Set(options.skip);
  const ledger = openLedger();
  const state = { next: from };
  const goesOn = (): boolean =>
    state.next < from + cases &&
    ledger.failures.length < failuresMost &&
    schemes.every((scheme) => services[scheme].runs());

  const worker = async (): Promise<void> => {
    const shared = sharing();
    while (goesOn()) {
      const each = caseOf(state.next++, { seed, targets, limit, skip });
      const open = shared.take(each);
      const outcome = await play(each, services, open);
      ledger.connections[each.scheme] += open === undefined ? 1 : 0;
      shared.give(each, outcome.reusable);
      ledger.note(each, outcome);
      if (ledger.played % 1000 === 0) {
        onProgress?.(ledger.played, ledger.failures.length);
      }
    }
    shared.end();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  ledger.release();
  return ledger;
}

/** The open connections of one worker: one to each service, for a number of cases. */
function sharing() {
  const open: Partial<Record<Scheme, Peer>> = {};
  const uses = new WeakMap<Peer, number>();
  return {
    take: (each: Case): Peer | undefined => {
      const peer = open[each.scheme];
      if (each.type !== 'frames' || each.opening !== 'shared' || peer === undefined) {
        return undefined;
      }
      delete open[each.scheme];
      return peer;
    },
    give: ({ scheme }: Case, peer: Peer | undefined): void => {
      if (peer === undefined) {
        return;
      }
      const used = (uses.get(peer) ?? 0) + 1;
      if (used < sharedMost && open[scheme] === undefined) {
        uses.set(peer, used);
        open[scheme] = peer;
        return;
      }
      peer.wire.destroy();
    },
    end: () => Object.values(open).forEach(({ wire }) => wire.destroy()),
  };
}

function play(each: Case, services: Services, open: Peer | undefined): Promise<Outcome> {
  const from = loopbackAddress(Math.floor(each.number / casesPerAddress));
  const place = { target: services[each.scheme].target, from };
  if (each.type === 'frames') {
    return playFrames(each, place, open);
  }
  if (each.type === 'pipelined') {
    return playPipelined(each, place);
  }
  return each.type === 'handshake' ? playHandshake(each, place) : playBroken(each, place);
}

function controlsFor(services: Services) {
  return Array.from({ length: controls * 2 }, (_, number) =>
    startControl(services[number % 2 === 0 ? 'ws' : 'wss'].target, number),
  );
}

async function both<T>(ask: (scheme: Scheme) => Promise<T>): Promise<Record<Scheme, T>> {
  const [ws, wss] = await Promise.all([ask('ws'), ask('wss')]);
  return { ws, wss };
}

function endings(services: Services): string[] {
  return schemes
    .filter((scheme) => !services[scheme].runs())
    .map((scheme) => `The ${scheme} service has ended. It wrote:\n${services[scheme].output()}`);
}

/** A process that has ended holds nothing, and is reported elsewhere. */
async function settled(service: Service, before: Holdings): Promise<Holdings> {
  return service.runs() ? settledHoldings(service, before) : before;
}

function left(scheme: Scheme, before: Holdings, after: Holdings): string[] {
  return leftovers(before, after).map((what) => `The ${scheme} service still holds ${what}.`);
}
