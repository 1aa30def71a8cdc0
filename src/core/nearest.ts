import { distance } from 'fastest-levenshtein';

/** @returns the candidate that a mistyped word probably means, if one is close enough */
export function nearest(word: string, candidates: string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.far - b.far);
  return ranked[0]?.candidate;
}
