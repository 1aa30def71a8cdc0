import type { Node } from './document.js';
import { mergeDependencies, mergeRange } from './dependencies.js';
import type { Report, Rule, Sides } from './outcome.js';

/** What the owner decides, whatever the new version has. */
const owned = ['name', 'version', 'private', 'author'];

/** @returns the rules for a package.json; everything else in it is plain JSON */
export function packageRules(files: Sides<Node>, report: Report): Rule {
  const groups = mergeDependencies(files, report);
  return ([key = '', ...inside], sides) => {
    if (inside.length === 0 && owned.includes(key)) {
      return 'stay';
    }
    if (inside.length === 0 && groups.has(key)) {
      return groups.get(key);
    }
    const isEngine = key === 'engines' && inside.length === 1;
    return isEngine ? mergeRange([key, ...inside], sides, report) : undefined;
  };
}
