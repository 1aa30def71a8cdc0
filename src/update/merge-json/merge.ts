import type { Node } from './document.js';
import { equals, isPlainList, mergeLists } from './lists.js';
import {
  type Fresh,
  type Inner,
  type Outcome,
  type Path,
  type Report,
  type Rule,
  type Sides,
  sidesOf,
} from './outcome.js';
import { entriesOf, isObject, same, valueOf } from './values.js';

/** Adds to what the owner has to see: the new version's value was not taken. */
export function keep(report: Report, path: Path, sides: Sides, reason: string): 'stay' {
  const { ours, theirs } = sides;
  report.kept.push({ path, ours: valueOf(ours), theirs: valueOf(theirs), reason });
  return 'stay';
}

/** Both changed a value, and it cannot be told which of the changes is right. */
function conflict(report: Report, path: Path, sides: Sides): 'stay' {
  report.conflicts.push({ path, ...sidesOf(sides, valueOf) });
  return 'stay';
}

export function fresh(value: Node | string): Fresh {
  return { kind: 'fresh', value };
}

/** @returns the outcome for an object, from those for its keys */
export function inner(outcomes: Map<string, Outcome>, sides: Sides): Inner {
  const { base, theirs } = sidesOf(sides, (side) => [...entriesOf(side).keys()]);
  return { kind: 'inner', outcomes, order: { base, theirs } };
}

/** @returns whether an object has no key any more */
export function isEmptied(ours: Node, { outcomes }: Inner): boolean {
  const stays = [...entriesOf(ours).keys()].some((key) => outcomes.get(key) !== 'remove');
  return !stays && [...outcomes.values()].every((outcome) => typeof outcome === 'string');
}

/** @returns what happens to a value that the new version changed, by the rules of three ways */
export function mergeValue(path: Path, sides: Sides, report: Report, rule: Rule): Outcome {
  const { base, ours, theirs } = sides;
  const ruled = rule(path, sides, report);
  if (ruled !== undefined) {
    return ruled;
  }
  if (same(base, theirs) || same(ours, theirs)) {
    return 'stay';
  }
  // Also if the owner changed nothing in it: a key of it may stand elsewhere.
  if (isObject(ours) && (isObject(theirs) || (isObject(base) && theirs === undefined))) {
    const merged = mergeObjects(path, sides, report, rule);
    return theirs === undefined && isEmptied(ours, merged) ? 'remove' : merged;
  }
  if (same(base, ours)) {
    return theirs === undefined ? 'remove' : changed(sides, theirs);
  }
  return mergeChanged(path, sides, report);
}

function changed({ base, ours }: Sides, theirs: Node): Outcome {
  if (isPlainList(ours) && isPlainList(theirs)) {
    const list = mergeLists({ base, ours, theirs });
    return equals(list, ours, theirs) ? list : fresh(theirs);
  }
  return fresh(theirs);
}

function mergeChanged(path: Path, sides: Sides, report: Report): Outcome {
  const { ours, theirs } = sides;
  if (ours === undefined) {
    return keep(report, path, sides, 'you removed it');
  }
  if (theirs === undefined) {
    return keep(report, path, sides, 'you changed it, and the new version no longer has it');
  }
  return isPlainList(ours) && isPlainList(theirs)
    ? mergeLists(sides)
    : conflict(report, path, sides);
}

/** @returns what happens to an object, key by key */
export function mergeObjects(path: Path, sides: Sides, report: Report, rule: Rule): Inner {
  const { base, ours, theirs } = sidesOf(sides, entriesOf);
  const outcomes = new Map<string, Outcome>();
  for (const key of new Set([...theirs.keys(), ...ours.keys(), ...base.keys()])) {
    const values = { base: base.get(key), ours: ours.get(key), theirs: theirs.get(key) };
    outcomes.set(key, mergeValue([...path, key], values, report, rule));
  }
  return inner(outcomes, sides);
}
