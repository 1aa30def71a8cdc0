import type { Node } from './document.js';
import { fresh, inner, isEmptied, keep, mergeValue } from './merge.js';
import { type Outcome, type Path, type Report, type Sides, sidesOf } from './outcome.js';
import { newer } from './ranges.js';
import { type Entries, entriesOf, isObject, same } from './values.js';

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** The ranges of one package by group. */
type Ranges = Map<string, Node>;

const none: Ranges = new Map();

/** One package in the three files. */
interface Package extends Sides<Ranges> {
  name: string;
}

/** Notes what happens to the range of a package in a group. */
type Note = (group: string, outcome: Outcome) => void;

function textOf(node: Node | undefined): string | undefined {
  return node?.type === 'string' ? String(node.value) : undefined;
}

/** Of two ranges that differ from the old one, the one with the higher lower bound is right. */
export function mergeRange(path: Path, sides: Sides, report: Report): Outcome {
  const { base, ours, theirs } = sides;
  const [own, next] = [textOf(ours), textOf(theirs)];
  const isChanged = !same(base, ours) && !same(base, theirs) && !same(ours, theirs);
  if (!isChanged || own === undefined || next === undefined || theirs === undefined) {
    return mergeValue(path, sides, report, () => undefined);
  }
  const side = newer(own, next);
  if (side === undefined) {
    return keep(report, path, sides, 'its version ranges cannot be compared');
  }
  return side === 'ours' ? 'stay' : fresh(theirs);
}

function equal(one: Ranges, other: Ranges): boolean {
  return (
    one.size === other.size && [...one].every(([group, range]) => same(range, other.get(group)))
  );
}

function only(ranges: Ranges, ...without: Ranges[]): string[] {
  return [...ranges.keys()].filter((group) => without.every((other) => !other.has(group)));
}

function first(ranges: Ranges): Node | undefined {
  return ranges.values().next().value;
}

/** The new version has a package in a group in which the owner does not have it. */
function mergeMissing(group: string, each: Package, report: Report, note: Note): void {
  const { name, base, ours, theirs } = each;
  const range = theirs.get(group);
  const from = base.get(group) ?? first(base);
  const [moved] = only(ours, base, theirs);
  if (moved !== undefined) {
    const sides = { base: from, ours: ours.get(moved), theirs: range };
    note(moved, mergeRange([moved, name], sides, report));
    return;
  }
  if (base.has(group) || (base.size > 0 && ours.size === 0)) {
    if (!same(from, range)) {
      keep(report, [group, name], { base: from, ours: undefined, theirs: range }, 'you removed it');
    }
    return;
  }
  const left = only(ours, theirs)[0];
  if (left === undefined || range === undefined) {
    note(group, range === undefined ? 'stay' : fresh(range));
    return;
  }
  // The new version moved it, and the owner left it in its group.
  const own = ours.get(left);
  const outcome = mergeRange(
    [group, name],
    { base: base.get(left), ours: own, theirs: range },
    report,
  );
  note(left, 'remove');
  note(group, outcome === 'stay' ? fresh(JSON.stringify(textOf(own))) : outcome);
}

/** The owner has a package in a group in which the new version does not have it any more. */
function mergeDropped(group: string, each: Package, report: Report, note: Note): void {
  const { name, base, ours, theirs } = each;
  if (base.has(group)) {
    const sides = { base: base.get(group), ours: ours.get(group), theirs: undefined };
    note(
      group,
      mergeValue([group, name], sides, report, () => undefined),
    );
  } else if (base.size > 0 && theirs.size === 0) {
    const sides = { base: first(base), ours: ours.get(group), theirs: undefined };
    keep(report, [group, name], sides, 'you moved it, and the new version no longer has it');
  }
}

function mergePackage(each: Package, report: Report): Map<string, Outcome> {
  const { name, base, ours, theirs } = each;
  const outcomes = new Map<string, Outcome>();
  if (equal(base, theirs)) {
    return outcomes;
  }
  const note: Note = (group, outcome) => outcomes.set(group, outcome);
  for (const [group, range] of theirs) {
    if (ours.has(group)) {
      const sides = { base: base.get(group) ?? first(base), ours: ours.get(group), theirs: range };
      note(group, mergeRange([group, name], sides, report));
    } else {
      mergeMissing(group, each, report, note);
    }
  }
  for (const group of only(ours, theirs).filter((one) => !outcomes.has(one))) {
    mergeDropped(group, each, report, note);
  }
  return outcomes;
}

function isGroup(node: Node | undefined): boolean {
  const ranges = [...entriesOf(node).values()];
  return node === undefined || (isObject(node) && ranges.every(({ type }) => type === 'string'));
}

/** @returns the groups that can be merged together: in each file an object of texts, or missing */
function groupsIn({ base, ours, theirs }: Sides<Entries>): string[] {
  return groups.filter((group) => [base, ours, theirs].every((side) => isGroup(side.get(group))));
}

function rangesIn(side: Entries, names: string[]): Map<string, Ranges> {
  const packages = new Map<string, Ranges>();
  for (const group of names) {
    for (const [name, range] of entriesOf(side.get(group))) {
      packages.set(name, (packages.get(name) ?? new Map<string, Node>()).set(group, range));
    }
  }
  return packages;
}

function outcomeOf(sides: Sides, outcomes: Map<string, Outcome>): Outcome {
  const { base, ours, theirs } = sides;
  const merged = inner(outcomes, sides);
  if (ours !== undefined) {
    const isDropped = base !== undefined && theirs === undefined;
    return isDropped && isEmptied(ours, merged) ? 'remove' : merged;
  }
  const isNew = base === undefined && theirs !== undefined && entriesOf(theirs).size === 0;
  const isNeeded = [...outcomes.values()].some((outcome) => typeof outcome !== 'string');
  return isNew || isNeeded ? merged : 'stay';
}

/**
 * Merges all groups of dependencies of a package.json package by package, as an owner may have moved
 * a package to another group.
 *
 * @returns what happens to each group
 */
export function mergeDependencies(files: Sides, report: Report): Map<string, Outcome> {
  const entries = sidesOf(files, entriesOf);
  const names = groupsIn(entries);
  const packages = sidesOf(entries, (side) => rangesIn(side, names));
  const outcomes = new Map(names.map((group) => [group, new Map<string, Outcome>()]));
  const { base, ours, theirs } = packages;
  for (const name of new Set([...theirs.keys(), ...ours.keys(), ...base.keys()])) {
    const ranges = sidesOf(packages, (side) => side.get(name) ?? none);
    for (const [group, outcome] of mergePackage({ name, ...ranges }, report)) {
      outcomes.get(group)?.set(name, outcome);
    }
  }
  const merged = [...outcomes].map(([group, each]) => {
    const sides = sidesOf(entries, (side) => side.get(group));
    return [group, outcomeOf(sides, each)] as const;
  });
  return new Map(merged);
}
