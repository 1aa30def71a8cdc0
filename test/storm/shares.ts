import { readFileSync } from 'node:fs';

/** Times of a process, in milliseconds. */
export interface Shares {
  runMs: number;
  waitMs: number;
}

/** How long the event loop of a process has run, and waited for a core. Only on Linux. */
export function sharesOf(pid: number | undefined): Shares {
  const [run = 0, wait = 0] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
  return { runMs: run / 1e6, waitMs: wait / 1e6 };
}

/** What a process needed between two moments, and the share of a core that it wanted in vain. */
export function between(before: Shares, after: Shares): { runMs: number; busy: number } {
  const [runMs, waitMs] = [after.runMs - before.runMs, after.waitMs - before.waitMs];
  return { runMs, busy: waitMs / (runMs + waitMs) };
}
