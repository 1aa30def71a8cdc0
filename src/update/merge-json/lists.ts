import type { Node } from './document.js';
import { combined, type List, type Placed, type Sides, sidesOf } from './outcome.js';

function items(node: Node | undefined): Node[] {
  return node?.type === 'array' ? (node.children ?? []) : [];
}

/** @returns whether a node is a list of texts, numbers and the like */
export function isPlainList(node: Node | undefined): node is Node {
  return node?.type === 'array' && items(node).every(({ children }) => children === undefined);
}

function nameOf({ value }: Node): string {
  return JSON.stringify(value);
}

function namesOf(node: Node | undefined): string[] {
  return items(node).map(nameOf);
}

/** New items come after the item that is before them in the new version, or at the end. */
function placed(theirs: Node[], ours: string[], isNew: (name: string) => boolean): Placed<Node>[] {
  const places = new Map(ours.map((name, index) => [name, index]));
  const last = theirs.findLastIndex((item) => places.has(nameOf(item)));
  let before = -1;
  return theirs.flatMap((item, index) => {
    before = places.get(nameOf(item)) ?? before;
    const after = index > last ? ours.length - 1 : before;
    return isNew(nameOf(item)) ? [{ after, item }] : [];
  });
}

/** @returns the list of the owner with what the new version adds, without what it removes */
export function mergeLists(sides: Sides): List {
  const { base, ours, theirs } = sidesOf(sides, (side) => new Set(namesOf(side)));
  const isNew = (name: string): boolean => !base.has(name) && !ours.has(name);
  const isGone = (name: string): boolean => base.has(name) && !theirs.has(name);
  const names = namesOf(sides.ours);
  const removed = names.flatMap((name, index) => (isGone(name) ? [index] : []));
  const added = placed(items(sides.theirs), names, isNew);
  return { kind: 'list', removed: new Set(removed), added: unique(added) };
}

function unique(added: Placed<Node>[]): Placed<Node>[] {
  return [...new Map(added.map((each) => [nameOf(each.item), each])).values()];
}

/** @returns whether a merged list has exactly the items of a list, in its order */
export function equals({ removed, added }: List, ours: Node, theirs: Node): boolean {
  const result = combined(items(ours), removed, added);
  return result.map(nameOf).join() === namesOf(theirs).join();
}
