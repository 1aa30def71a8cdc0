import { expect, it } from 'vitest';
import { extras } from '../../../src/options/extras.js';
import { allPairs, everyChoice, nameOf, pairsOf } from '../../support/choices.js';
import { managers } from '../../support/combinations.js';

const releases = [20, 22, 24, 26];
const picked = allPairs(everyChoice(releases), 24);
const names = picked.map(nameOf);

it('the matrix is two languages, five ways, every package manager and every set of extras', () => {
  const [one, all] = [everyChoice([22]), everyChoice(releases)];
  expect(new Set(one.map(nameOf)).size).toBe(2 * 5 * managers.length * 2 ** extras.length);
  expect(new Set(all.map(nameOf)).size).toBe(all.length);
});

it('every push tries at least 24 different ones', () => {
  expect(new Set(names).size).toBe(picked.length);
  expect(picked.length).toBeGreaterThanOrEqual(24);
  expect(picked.length).toBeLessThan(30);
});

it('these include every possible pair of answers', () => {
  const tried = new Set(picked.flatMap(pairsOf));
  const possible = new Set(everyChoice(releases).flatMap(pairsOf));
  expect([...possible].filter((pair) => !tried.has(pair))).toEqual([]);
  expect(tried).toContain('way nginx, manager bun');
  expect(tried).toContain('manager yarn, node 26');
  expect(tried).toContain('redis false, docker true');
});

it('each package manager is tried on the oldest Node.js', () => {
  const tried = managers.filter((manager) =>
    names.some((name) => name.includes(` ${manager} `) && name.endsWith(' node20')),
  );
  expect(tried).toEqual(managers);
});
