/** The attempt of a client. It is void once the client makes another one. */
export interface Attempt {
  client: number;
  attempt: number;
}

/** Work of an instance: to accept what waits in the backlog, or one of the turns of a handshake. */
export type Turn = { kind: 'accept' } | ({ kind: 'tls' | 'upgrade' } & Attempt);

/** The turns that wait for one instance, which works on one at a time. */
export class ServerQueue {
  readonly index: number;
  #turns: Turn[] = [];
  #first = 0;
  #backlog: Attempt[] = [];
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

  /** Adds a connection to the backlog of the system. Returns false if that is full. */
  connect(attempt: Attempt, backlog: number): boolean {
    if (this.#backlog.length >= backlog) {
      return false;
    }
    this.#backlog.push(attempt);
    if (this.#backlog.length === 1) {
      this.add({ kind: 'accept' });
    }
    return true;
  }

  /** Takes all connections out of the backlog. */
  accept(): Attempt[] {
    const accepted = this.#backlog;
    this.#backlog = [];
    return accepted;
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
