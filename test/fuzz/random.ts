/** Random choices that a seed reproduces. */
export interface Random {
  /** An integer from `low` to `high`, both included. */
  int: (low: number, high: number) => number;
  chance: (share: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
  bytes: (length: number) => Buffer;
  /** Valid text with this number of characters, from all planes of Unicode. */
  text: (length: number) => string;
}

const golden = 0x9e_37_79_b9;

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state are enough for one case. */
export function mulberry32(start: number): () => number {
  const state = { value: start };
  return () => {
    state.value = (state.value + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state.value ^ (state.value >>> 15), 1 | state.value);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Scripts of one to four bytes, a combining mark, the byte order mark, and non-characters.
const ranges = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0x00, 0x1f],
  [0x80, 0x7_ff],
  [0x8_00, 0xd7_ff],
  [0xe0_00, 0xff_ff],
  [0x1_00_00, 0x10_ff_ff],
] as const;

/** The random choices of one case: the same for the same seed and number. */
export function randomOf(seed: number, number: number): Random {
  const next = mulberry32(Math.imul(seed, golden) ^ Math.imul(number + 1, 0x85_eb_ca_6b));
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[int(0, list.length - 1)];
    if (chosen === undefined) {
      throw new Error('There is nothing to pick from.');
    }
    return chosen;
  };
  const character = (): string => {
    const [low, high] = pick(ranges);
    return String.fromCodePoint(int(low, high));
  };
  return {
    int,
    pick,
    chance: (share) => next() < share,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(0, 255))),
    text: (length) => Array.from({ length }, character).join(''),
  };
}
