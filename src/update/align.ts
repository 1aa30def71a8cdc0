import type { Side } from './sides.js';

/** Moves an entry to another key, if it is there and the new key is free. */
function rename<Value>(files: Map<string, Value>, from: string, to: string): void {
  const value = files.get(from);
  if (value !== undefined && !files.has(to)) {
    files.delete(from);
    files.set(to, value);
  }
}

/**
 * Gives a moved file one path on all three sides, so that git need not guess a rename. It moves in the
 * project, too, unless its owner has moved or deleted it: then the owner's path counts.
 * @param moves old and new paths
 * @returns the moves that the project takes part in
 */
export function align<Value>(
  moves: Map<string, string>,
  { base, theirs, ours }: { base: Side; theirs: Side; ours: Map<string, Value> },
): Map<string, string> {
  const known = [...moves].filter(([from, to]) => base.has(from) && theirs.has(to));
  const followed = known.filter(([from, to]) => ours.has(from) && !ours.has(to));
  known.forEach(([from, to]) => {
    if (ours.has(from) && !ours.has(to)) {
      rename(base, from, to);
      rename(ours, from, to);
    } else {
      rename(theirs, to, from);
    }
  });
  return new Map(followed);
}
