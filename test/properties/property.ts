/** How long a property is tried, as fast-check takes it. */
export interface Effort {
  numRuns: number;
  seed?: number;
}

/** Something that holds for all input of a kind. */
export interface Property {
  /** Reads as a sentence. */
  name: string;
  /** The part of the runs that is right for it: less than one where a run takes long. */
  share: number;
  /** @throws the counter-example, with the seed and the path that lead to it */
  check: (effort: Effort) => Promise<void> | void;
}
