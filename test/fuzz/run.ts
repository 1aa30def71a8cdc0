import { leftovers, settledHoldings } from '../support/leftovers.js';
import { messageLimit as limit, type Holdings, type Service } from '../support/rendered.js';
import { caseOf, type Case, type Scheme } from './cases.js';
import { startControl } from './control.js';
import type { Peer } from './peer.js';
import { brokenFault, playBroken, playFrames, playHandshake, type Outcome } from './play.js';

export interface Options {
  seed: number;
  cases: number;
  /** The number of the first case; 0 for all. */
  from?: number;
  /** Kinds to leave out. */
  skip?: string[];
  /** Told now and then how many cases are done. */
  onProgress?: (done: number, failures: number) => void;
}

export interface Failure {
  number: number;
  name: string;
  scheme: Scheme;
  fault: string;
  /** What was sent behind the handshake of a socket, or all, in hexadecimal digits. */
  sent: string;
}

export interface Result {
  /** How many cases were played: fewer than asked for where too many have failed. */
  played: number;
  failures: Failure[];
  /** What went wrong beside the cases: with a process, a control connection, a leftover. */
  faults: string[];
  /** How often each kind had each outcome. */
  counts: Map<string, Map<string, number>>;
  echoes: number;
  before: Record<Scheme, Holdings>;
  after: Record<Scheme, Holdings>;
}

export type Services = Record<Scheme, Service>;

const concurrency = 64;
const controls = 3;
const heldMost = 40;
const sharedMost = 25;
const failuresMost = 50;
const schemes = ['ws', 'wss'] as const;

/** Plays cases against a ws:// and a wss:// service, with well-behaved connections beside them. */
export async function run(services: Services, options: Options): Promise<Result> {
  const { seed, cases, from = 0, skip = [], onProgress } = options;
  const targets = { ws: services.ws.target, wss: services.wss.target };
  const before = await both((scheme) => services[scheme].holdings());
  const tried = controlsFor(services);
  const watching = await Promise.all(tried);
  const counts: Result['counts'] = new Map();
  const failures: Failure[] = [];
  const faults: string[] = [];
  const held: { peer: Peer; each: Case }[] = [];
  const state = { next: from, done: 0 };

  const note = (each: Case, { seen, fault }: Outcome): void => {
    const outcomes = counts.get(each.name) ?? new Map<string, number>();
    counts.set(each.name, outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1));
    if (fault !== undefined) {
      failures.push(failureOf(each, fault));
    }
  };
  const release = ({ peer, each }: { peer: Peer; each: Case }): void => {
    const fault = brokenFault(peer);
    if (fault !== undefined) {
      failures.push(failureOf(each, fault));
    }
    peer.wire.destroy();
  };
  const hold = (peer: Peer, each: Case): void => {
    held.push({ peer, each });
    held.splice(0, Math.max(0, held.length - heldMost)).forEach(release);
  };
  const goesOn = (): boolean =>
    state.next < from + cases &&
    failures.length < failuresMost &&
    schemes.every((scheme) => services[scheme].runs());

  const worker = async (): Promise<void> => {
    const shared: Partial<Record<Scheme, { peer: Peer; uses: number }>> = {};
    while (goesOn()) {
      const each = caseOf(state.next++, { seed, targets, limit, skip: new Set(skip) });
      const open =
        each.type === 'frames' && each.opening === 'shared' ? shared[each.scheme] : undefined;
      const outcome = await play(each, services, open?.peer);
      note(each, outcome);
      if (outcome.held !== undefined) {
        hold(outcome.held, each);
      }
      if (open !== undefined) {
        delete shared[each.scheme];
      }
      const { reusable } = outcome;
      const uses = (open?.uses ?? 0) + 1;
      if (reusable !== undefined && shared[each.scheme] === undefined && uses < sharedMost) {
        shared[each.scheme] = { peer: reusable, uses };
      } else {
        reusable?.wire.destroy();
      }
      state.done += 1;
      if (state.done % 1000 === 0) {
        onProgress?.(state.done, failures.length);
      }
    }
    Object.values(shared).forEach(({ peer }) => peer.wire.destroy());
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  held.splice(0).forEach(release);

  const watched = await Promise.all(watching.map((control) => control.stop()));
  faults.push(...watched.flatMap(({ fault }) => fault ?? []), ...ends(services));
  const after = await both((scheme) => settled(services[scheme], before[scheme]));
  faults.push(...schemes.flatMap((scheme) => leftIn(scheme, before[scheme], after[scheme])));
  const echoes = watched.reduce((sum, each) => sum + each.echoes, 0);
  return { played: state.done, failures, faults, counts, echoes, before, after };
}

function controlsFor(services: Services) {
  return Array.from({ length: controls * 2 }, (_, number) =>
    startControl(services[number % 2 === 0 ? 'ws' : 'wss'].target, number),
  );
}

function play(each: Case, services: Services, open: Peer | undefined): Promise<Outcome> {
  const { target } = services[each.scheme];
  if (each.type === 'frames') {
    return playFrames(each, target, open);
  }
  return each.type === 'handshake' ? playHandshake(each, target) : playBroken(each, target);
}

function failureOf({ number, name, scheme, pieces }: Case, fault: string): Failure {
  return { number, name, scheme, fault, sent: Buffer.concat(pieces).toString('hex') };
}

async function both<T>(ask: (scheme: Scheme) => Promise<T>): Promise<Record<Scheme, T>> {
  const [ws, wss] = await Promise.all([ask('ws'), ask('wss')]);
  return { ws, wss };
}

function ends(services: Services): string[] {
  return schemes
    .filter((scheme) => !services[scheme].runs())
    .map((scheme) => `The ${scheme} service has ended. It said:\n${services[scheme].output()}`);
}

/** A process that has ended holds nothing, and is reported elsewhere. */
async function settled(service: Service, before: Holdings): Promise<Holdings> {
  return service.runs() ? settledHoldings(service, before) : before;
}

function leftIn(scheme: Scheme, before: Holdings, after: Holdings): string[] {
  return leftovers(before, after).map((what) => `The ${scheme} service still holds ${what}.`);
}
