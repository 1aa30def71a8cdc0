import lt from 'semver/functions/lt.js';
import minVersion from 'semver/ranges/min-version.js';
import validRange from 'semver/ranges/valid.js';

/** A range without an operator that is an upper bound: `<1` is the same range as `^0`. */
const fromNumber = /^\s*[\^~]?\s*v?\d/;

/**
 * @returns the lowest version in a range, or `undefined` if it is not a plain one: a path, a tag,
 *   alternatives, or one that has no lower bound
 */
function lowerBound(range: string): string | undefined {
  const valid = validRange(range);
  if (valid === null || valid.includes('||')) {
    return undefined;
  }
  const isBounded = valid.split(' ').some((comparator) => /^[>\d]/.test(comparator));
  return isBounded || fromNumber.test(range) ? minVersion(valid)?.version : undefined;
}

/** @returns which of two ranges begins with a newer version, or `undefined` if it cannot be told */
export function newer(ours: string, theirs: string): 'ours' | 'theirs' | undefined {
  const [own, next] = [lowerBound(ours), lowerBound(theirs)];
  if (own === undefined || next === undefined) {
    return undefined;
  }
  return lt(own, next) ? 'theirs' : 'ours';
}
