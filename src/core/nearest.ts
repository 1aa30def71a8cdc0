import { distance } from 'fastest-levenshtein';

function sortedLetters(text: string): string {
  return [...text].toSorted().join('');
}

/** @returns whether a word is another, or is with one slip: a letter more, less, wrong, or moved */
export function isSlip(word: string, meant: string): boolean {
  return distance(word, meant) === 1 || sortedLetters(word) === sortedLetters(meant);
}

/** Fewer letters begin too many words: `--c`. */
const leastBeginning = 5;

/** @returns the candidate that a mistyped or shortened word most likely meant, if one is near enough */
export function nearest(word: string, candidates: string[]): string | undefined {
  const longer = candidates.find((candidate) => candidate.startsWith(word));
  if (longer !== undefined && word.length >= leastBeginning) {
    return longer;
  }
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.far - b.far);
  return ranked[0]?.candidate;
}
