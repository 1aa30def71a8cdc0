interface Limits {
  /** Turns on at this value. */
  high: number;
  /** Turns off below this value. */
  low: number;
  /** How long the value must stay there. */
  ms: number;
}

/** A switch that does not flicker when a value moves around a limit. */
export class Hysteresis {
  isOn = false;
  readonly #limits: Limits;
  #since: number | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * @param now in milliseconds
   * @returns whether it has changed
   */
  update(value: number, now: number): boolean {
    const { high, low, ms } = this.#limits;
    const isBeyond = this.isOn ? value < low : value >= high;
    this.#since = isBeyond ? (this.#since ?? now) : undefined;
    if (this.#since === undefined || now - this.#since < ms) return false;
    this.isOn = !this.isOn;
    this.#since = undefined;
    return true;
  }
}
