import type { Inner, Placed } from './outcome.js';

type Compare = (one: string, other: string) => number;

/** npm sorts dependencies by the rules of a language; other programs sort by code units. */
const comparers: Compare[] = [
  new Intl.Collator('en').compare,
  (one, other) => Number(one > other) - Number(one < other),
];

function isSorted(keys: string[], compare: Compare): boolean {
  return keys.every((key, index) => index === 0 || compare(keys[index - 1] ?? '', key) <= 0);
}

/** Two keys may be in order by chance: then the new version has to be, too. */
function orderOf(own: string[], theirs: string[]): Compare | undefined {
  return comparers.find(
    (compare) => isSorted(own, compare) && (own.length > 2 || isSorted(theirs, compare)),
  );
}

function inOrder(own: string[], added: string[], compare: Compare): Placed<string>[] {
  let after = -1;
  return added.toSorted(compare).map((key) => {
    while (after + 1 < own.length && compare(own[after + 1] ?? '', key) < 0) {
      after += 1;
    }
    return { after, item: key };
  });
}

function byNeighbour(own: string[], theirs: string[], isNew: Set<string>): Placed<string>[] {
  const indexes = new Map(own.map((key, index) => [key, index]));
  const first = theirs.find((key) => indexes.has(key));
  let after = (first === undefined ? own.length : (indexes.get(first) ?? 0)) - 1;
  return theirs.flatMap((key) => {
    after = indexes.get(key) ?? after;
    return isNew.has(key) ? [{ after, item: key }] : [];
  });
}

/** @returns the places of new keys: in order, or after the key that is before them in the new version */
export function placesOf(own: string[], { order, outcomes }: Inner): Placed<string>[] {
  const known = new Set(own);
  const added = order.theirs.filter(
    (key) => !known.has(key) && typeof outcomes.get(key) === 'object',
  );
  const compare = orderOf(own, order.theirs);
  return compare === undefined
    ? byNeighbour(own, order.theirs, new Set(added))
    : inOrder(own, added, compare);
}
