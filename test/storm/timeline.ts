/** An event: who it concerns, and a number that says what happens. */
export interface Event {
  at: number;
  who: number;
  what: number;
}

/** Future events, the earliest first: a binary heap in three arrays, since there may be millions. */
export class Timeline {
  readonly #at: number[] = [];
  readonly #who: number[] = [];
  readonly #what: number[] = [];

  add(at: number, who: number, what: number): void {
    let hole = this.#at.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.#time(parent) <= at) {
        break;
      }
      this.#move(parent, hole);
      hole = parent;
    }
    this.#set(hole, at, who, what);
  }

  /** Removes the earliest event. */
  next(): Event | undefined {
    const [at, who, what] = [this.#at[0], this.#who[0], this.#what[0]];
    const last = { at: this.#at.pop(), who: this.#who.pop(), what: this.#what.pop() };
    if (at === undefined || who === undefined || what === undefined) {
      return undefined;
    }
    if (this.#at.length > 0) {
      this.#sink(last.at ?? 0, last.who ?? 0, last.what ?? 0);
    }
    return { at, who, what };
  }

  #sink(at: number, who: number, what: number): void {
    const { length } = this.#at;
    let hole = 0;
    for (let child = 1; child < length; child = 2 * hole + 1) {
      const smaller =
        child + 1 < length && this.#time(child + 1) < this.#time(child) ? child + 1 : child;
      if (this.#time(smaller) >= at) {
        break;
      }
      this.#move(smaller, hole);
      hole = smaller;
    }
    this.#set(hole, at, who, what);
  }

  #time(index: number): number {
    return this.#at[index] ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#time(from), this.#who[from] ?? 0, this.#what[from] ?? 0);
  }

  #set(index: number, at: number, who: number, what: number): void {
    this.#at[index] = at;
    this.#who[index] = who;
    this.#what[index] = what;
  }
}
