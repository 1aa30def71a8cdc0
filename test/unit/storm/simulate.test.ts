import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../fuzz/random.js';
import { policies, type Policy } from '../../storm/policies.js';
import { ServerQueue } from '../../storm/server-queue.js';
import { setupsFor } from '../../storm/setups.js';
import { simulate } from '../../storm/simulate.js';
import { usual, type Outcome, type Storm } from '../../storm/storm.js';
import { Timeline } from '../../storm/timeline.js';

const named = Object.entries<Policy>(policies);

function run(storm: Partial<Storm>, seed = 1, endMs = 600_000): Outcome {
  const own = { ...usual, clients: 1000, instances: 2, policy: policies['window named'], ...storm };
  return simulate(own, mulberry32(seed), endMs);
}

describe.each(named)('with the policy "%s"', (_name, policy) => {
  it.each([
    [300, 1],
    [3000, 2],
    [3000, 6],
  ])('all of %i clients on %i instances come back', (clients, instances) => {
    for (const { title, storm } of setupsFor(clients, instances)) {
      const { displaced, back, attempts, failed } = run({ ...storm, policy });
      expect({ title, back }).toEqual({ title, back: displaced });
      expect(attempts - failed, title).toBe(displaced);
    }
  });

  it('gives the same outcome for the same seed, and another one for another seed', () => {
    expect(run({ policy })).toEqual(run({ policy }));
    const isRandom = policy !== policies['fixed 1 s'];
    expect(run({ policy }, 2).allBackMs !== run({ policy }).allBackMs).toBe(isRandom);
  });
});

it('needs the time of all handshakes if all clients come at once', () => {
  const cost = { tlsMs: 2, upgradeMs: 1, deadMs: 0 };
  const { allBackMs, longestQueue, halfBackMs } = run({
    policy: () => 100,
    cost,
    busy: 0.5,
    roundTripMs: 0,
    backlog: 1000,
  });
  // The first of 500 clients is served at once; the others wait with the turn that accepts them. The
  // upgrades come after all TLS turns.
  expect({ allBackMs, longestQueue }).toEqual({ allBackMs: 100 + 500 * 6, longestQueue: 500 });
  expect(halfBackMs).toBe(100 + 500 * 4 + 250 * 2);
});

it('never serves more than an instance can', () => {
  const { back, allBackMs } = run({ clients: 20_000 });
  expect(back * (1.31 / 0.7)).toBeLessThanOrEqual(allBackMs);
});

it('counts handshakes that the server or the client gives up, and lets them try again', () => {
  const storm = { clients: 4000, policy: () => 100, roundTripMs: 0, backlog: 5000 };
  const patient = run({ ...storm, tlsLimitMs: 60_000, clientLimitMs: 60_000 });
  expect(patient.failed).toBe(0);
  for (const limits of [{ tlsLimitMs: 1000 }, { clientLimitMs: 3000 }]) {
    const { failed, attempts, back } = run({ ...storm, clientLimitMs: 60_000, ...limits });
    expect(failed).toBeGreaterThan(0);
    expect({ attempts, back }).toEqual({ attempts: 2000 + failed, back: 2000 });
  }
});

it('ends, and reports "never", if clients give up before they are served', () => {
  const cost = { ...usual.cost, deadMs: 1 };
  const collapse = { clients: 8000, policy: () => 100, clientLimitMs: 1000, cost };
  const { allBackMs, back, displaced } = run(collapse, 1, 20_000);
  expect(allBackMs).toBe(Number.POSITIVE_INFINITY);
  expect(back).toBeLessThan(displaced);
});

it('keeps the clients of a single instance out until it has restarted', () => {
  const { failed, allBackMs, back } = run({ instances: 1, returnMs: 5000 });
  expect(back).toBe(1000);
  expect(failed).toBeGreaterThan(0);
  expect(allBackMs).toBeGreaterThan(5000);
});

it('spreads the clients of a stop over the slices', () => {
  const ending = { kind: 'stop', perSecond: 100, closingMs: 60_000 } as const;
  const { peakPerSecond, longestQueue, meanOfflineMs } = run({ ending });
  expect(peakPerSecond).toBeLessThanOrEqual(200);
  expect(longestQueue).toBeLessThan(20);
  expect(meanOfflineMs).toBeLessThan(1000);
});

it('gives events in the order of their time', () => {
  const timeline = new Timeline();
  const random = mulberry32(5);
  const times = Array.from({ length: 1000 }, () => Math.floor(random() * 500));
  times.forEach((at, who) => timeline.add(at, who, 7));
  const given = times.map(() => timeline.next());
  expect(given.map((event) => event?.at)).toEqual(times.toSorted((left, right) => left - right));
  expect(given.every((event) => event?.at === times[event?.who ?? -1])).toBe(true);
  expect(new Set(given.map((event) => event?.who)).size).toBe(1000);
  expect(timeline.next()).toBeUndefined();
});

it('works on the turns of a queue one at a time, in order', () => {
  const queue = new ServerQueue(0);
  expect(queue.begin()).toBeUndefined();
  const turns = Array.from({ length: 5000 }, (_, client) => {
    return { client, attempt: 1, kind: 'tls' } as const;
  });
  turns.forEach((turn) => queue.add(turn));
  const done: unknown[] = [];
  for (let turn = queue.begin(); turn; turn = queue.begin()) {
    done.push(turn);
    expect(queue.begin()).toBeUndefined();
    expect(queue.length).toBe(turns.length - done.length);
    queue.current = undefined;
  }
  expect(done).toEqual(turns);
  expect({ left: queue.length, longest: queue.longest }).toEqual({ left: 0, longest: 5000 });
});
