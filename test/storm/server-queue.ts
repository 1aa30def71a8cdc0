/** Work of an instance: one of the two turns of a handshake. */
export interface Turn {
  client: number;
  /** The number of the client's attempt: the turn is void once the client makes another one. */
  attempt: number;
  kind: 'tls' | 'upgrade';
}

/** The turns that wait for one instance, which works on one at a time. */
export class ServerQueue {
  readonly index: number;
  #turns: Turn[] = [];
  #first = 0;
  /** The turn in progress. */
  current: Turn | undefined;
  longest = 0;

  /** @param index its place among the instances */
  constructor(index: number) {
    this.index = index;
  }

  get length(): number {
    return this.#turns.length - this.#first;
  }

  add(turn: Turn): void {
    this.#turns.push(turn);
    this.longest = Math.max(this.longest, this.length);
  }

  /** Starts the next turn, if there is one and none is in progress. */
  begin(): Turn | undefined {
    const turn = this.#turns[this.#first];
    if (this.current !== undefined || turn === undefined) {
      return undefined;
    }
    this.#first += 1;
    if (this.#first > 1000 && this.#first * 2 > this.#turns.length) {
      this.#turns = this.#turns.slice(this.#first);
      this.#first = 0;
    }
    this.current = turn;
    return turn;
  }
}
