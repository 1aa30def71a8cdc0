import type { Node } from './document.js';

/** One value in the three texts. It is `undefined` where its key is missing. */
export interface Sides<T = Node | undefined> {
  base: T;
  ours: T;
  theirs: T;
}

/** @returns what a function makes of each of the three */
export function sidesOf<T, U>({ base, ours, theirs }: Sides<T>, read: (side: T) => U): Sides<U> {
  return { base: read(base), ours: read(ours), theirs: read(theirs) };
}

/** The keys that lead to a value. */
export type Path = string[];

/** A change of the new version that was not made, because the owner changed the same. */
export interface Kept {
  path: Path;
  ours: unknown;
  theirs: unknown;
  /** A part of a sentence, in plain English. */
  reason: string;
}

/** A value that both sides changed. The owner's stays. */
export interface Conflict extends Sides<unknown> {
  path: Path;
}

/** What has to be shown to the owner. */
export interface Report {
  kept: Kept[];
  conflicts: Conflict[];
}

/** What happens to a value of the owner. */
export type Outcome = 'stay' | 'remove' | Fresh | Inner | List;

/** It becomes a value of the new version, or a text in JSON. */
export interface Fresh {
  kind: 'fresh';
  value: Node | string;
}

/** An object changes key by key. */
export interface Inner {
  kind: 'inner';
  outcomes: Map<string, Outcome>;
  /** The keys of the other two, in their order: new keys get their place by it. */
  order: { base: string[]; theirs: string[] };
}

/** A list loses some items and gets others. */
export interface List {
  kind: 'list';
  removed: Set<number>;
  added: Placed<Node>[];
}

/** Something new, after an item by its index, or after -1: at the start. */
export interface Placed<T> {
  after: number;
  item: T;
}

/** @returns items with what was added, without those that were removed by index */
export function combined<T>(own: T[], removed: Set<number>, added: Placed<T>[]): T[] {
  const byPlace = new Map<number, T[]>();
  for (const { after, item } of added) {
    const items = byPlace.get(after) ?? [];
    items.push(item);
    byPlace.set(after, items);
  }
  const rest = own.map((item, index) => [
    ...(removed.has(index) ? [] : [item]),
    ...(byPlace.get(index) ?? []),
  ]);
  return [...(byPlace.get(-1) ?? []), ...rest.flat()];
}

/** Says what happens to a value of the owner, or `undefined` if it has no say. */
export type Rule = (path: Path, sides: Sides, report: Report) => Outcome | undefined;
