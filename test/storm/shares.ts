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

/** What a process needed between two moments. */
export function runBetween(before: Shares, after: Shares): number {
  return after.runMs - before.runMs;
}

/** Records again and again which share of a core a process wants in vain. */
export class BusyRecord {
  readonly #read: () => Shares;
  readonly #since: number;
  readonly #busy: { until: number; share: number }[] = [];
  #last: Shares;

  constructor(read: () => Shares) {
    this.#read = read;
    this.#last = read();
    this.#since = Date.now();
  }

  add(): void {
    const now = this.#read();
    const [runMs, waitMs] = [now.runMs - this.#last.runMs, now.waitMs - this.#last.waitMs];
    // A process that hardly ran says nothing about the others.
    if (runMs > 0) {
      const share = Math.min(0.99, waitMs / (runMs + waitMs));
      this.#busy.push({ until: Date.now() - this.#since, share });
      this.#last = now;
    }
  }

  /** The share at a time after the start of the record; after its end, the average. */
  at(ms: number): number {
    return this.#busy.find(({ until }) => until > ms)?.share ?? this.average();
  }

  average(): number {
    const sum = this.#busy.reduce((all, { share }) => all + share, 0);
    return sum / Math.max(1, this.#busy.length);
  }
}
