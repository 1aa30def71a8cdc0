import { randomOf } from '../fuzz/random.js';

/** The seed of all random choices in a run of the tests. */
export const seed = Number(process.env['TESTS_SEED']);

const wantsAll = process.env['TESTS_ALL'] === 'true';

/** @returns this many of the items, selected by the seed; with `TESTS_ALL=true`, all of them */
export function sampleOf<Item>(items: readonly Item[], size: number): Item[] {
  const random = randomOf(seed, items.length);
  const drawn = items
    .map((item) => ({ item, turn: random.int(0, 2 ** 31) }))
    .toSorted((one, two) => one.turn - two.turn)
    .slice(0, wantsAll ? items.length : size)
    .map(({ item }) => item);
  return items.filter((item) => drawn.includes(item));
}
