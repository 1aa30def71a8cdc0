import { setTimeout as sleep } from 'node:timers/promises';

/** How long something may take on a busy machine, in milliseconds. */
export const patience = 60_000;

/**
 * Waits until a condition holds.
 *
 * @throws {Error} that names the condition, after a timeout
 */
export async function until(what: string, holds: () => unknown, limitMs = patience): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) {
      throw new Error(`Waited ${limitMs / 1000} s in vain: ${what}.`);
    }
    await sleep(20);
  }
}
