/** How many seconds of its rate a full bucket holds. */
const burstSeconds = 2;

/**
 * A token bucket: a budget that refills over time. Each charge is allowed while anything is left, and
 * may leave a debt. So a message to a room that is larger than the bucket is possible, but only once.
 */
export class Bucket {
  readonly #rate: number;
  #tokens: number;
  #at = performance.now();

  /** @param rate tokens a second */
  constructor(rate: number) {
    this.#rate = rate;
    this.#tokens = rate * burstSeconds;
  }

  get isEmpty(): boolean {
    const now = performance.now();
    const refilled = this.#tokens + ((now - this.#at) / 1000) * this.#rate;
    this.#at = now;
    this.#tokens = Math.min(this.#rate * burstSeconds, refilled);
    return this.#tokens <= 0;
  }

  charge(tokens: number): void {
    this.#tokens -= tokens;
  }
}
