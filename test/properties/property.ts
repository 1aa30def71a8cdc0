/** How long a property is tested, in the terms of fast-check. */
export interface Effort {
  numRuns: number;
  seed?: number;
}

/** Something that is true for all input of a kind. */
export interface Property {
  /** Reads as a sentence. */
  name: string;
  /** The suitable fraction of the runs: less than one if a run is slow. */
  share: number;
  /** @throws the counter-example, with the seed and path that reproduce it */
  check: (effort: Effort) => Promise<void> | void;
}
