import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Seen } from '../../storm/client.js';
import { realStorm, type Measured, type RealStorm } from '../../storm/real.js';
import { renderApp, type App } from '../../support/app.js';

// `npm run storm -- --real` makes storms with 10,000 sockets, and measures the time.
const storm: Omit<RealStorm, 'policy' | 'signal' | 'settings'> = {
  sockets: 600,
  processes: 2,
  returnMs: 0,
  // More than a busy machine needs.
  clientLimitMs: 60_000,
};
const place: { app?: App } = {};

beforeAll(async () => {
  place.app = await renderApp();
});
afterAll(() => place.app?.remove());

async function restarted(signal: 'SIGTERM' | 'SIGKILL', settings = {}): Promise<Measured> {
  if (place.app === undefined) {
    throw new Error('The service was not rendered.');
  }
  return realStorm(place.app, { ...storm, policy: 'window named', signal, settings });
}

function lostOf({ seen }: Measured): Seen[] {
  return seen.filter(({ lostAt }) => lostAt !== undefined);
}

/** How many sockets were closed for each reason. */
function reasonsOf(measured: Measured): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code, reason } of lostOf(measured)) {
    const key = `${code} ${reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

it('closes the sockets in slices after it was not ready, and all clients come back', async () => {
  const settings = { DRAIN_MS: '4000', SHUTDOWN_MS: '60000', CLOSES_PER_SECOND: '100' };
  const measured = await restarted('SIGTERM', settings);
  const { outcome, exit, unreadyMs } = measured;
  expect(outcome).toMatchObject({ displaced: 300, back: 300 });
  expect(reasonsOf(measured)).toEqual({ '1001 retry 1000': 300 });
  expect(lostOf(measured).every(({ delayMs = 1000 }) => delayMs < 1000)).toBe(true);
  // The load balancer noticed before the first socket was closed, so no client came back to it.
  expect(unreadyMs).toBeLessThan(0);
  expect(exit).toBe(0);
});

it('names a longer window if there is no time for slices', async () => {
  const settings = { SHUTDOWN_MS: '1000', CLOSES_PER_SECOND: '100' };
  const measured = await restarted('SIGTERM', settings);
  expect(measured.outcome).toMatchObject({ displaced: 300, back: 300 });
  expect(reasonsOf(measured)).toEqual({ '1001 retry 3000': 300 });
  const delays = lostOf(measured).map(({ delayMs = 3000 }) => delayMs);
  expect(Math.max(...delays)).toBeLessThan(3000);
  // Of 300 random delays, some are in each third.
  expect(new Set(delays.map((delay) => Math.floor(delay / 1000)))).toEqual(new Set([0, 1, 2]));
});

it('spreads the clients of a crashed instance over ten seconds', async () => {
  const measured = await restarted('SIGKILL');
  expect(measured.outcome).toMatchObject({ displaced: 300, back: 300 });
  expect(reasonsOf(measured)).toEqual({ '1006 ': 300 });
  const delays = lostOf(measured).map(({ delayMs = 10_000 }) => delayMs);
  expect(Math.min(...delays)).toBeLessThan(2000);
  expect(Math.max(...delays)).toBeGreaterThan(8000);
  expect(Math.max(...delays)).toBeLessThan(10_000);
});
