import { setTimeout as sleep } from 'node:timers/promises';
import type { Holdings, Service } from './service.js';

const settling = 20_000;

/** @returns the resources that are held now in addition to those before, in words */
export function leftovers(before: Holdings, now: Holdings): string[] {
  const handles = Object.entries(now.handles)
    .map(([kind, count]) => ({ kind, more: count - (before.handles[kind] ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${more} more ${kind}`);
  const fds = now.fds - before.fds;
  return fds > 0 ? [...handles, `${fds} more file descriptors`] : handles;
}

/** @returns the resources of a service once no additional ones are left, or after a timeout */
export async function settledHoldings(service: Service, before: Holdings): Promise<Holdings> {
  const end = Date.now() + settling;
  for (;;) {
    const now = await service.holdings();
    if (leftovers(before, now).length === 0 || Date.now() > end) {
      return now;
    }
    await sleep(200);
  }
}
