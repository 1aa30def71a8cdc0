import type { Node } from './document.js';

/** What a node can hold. Keys are compared as texts, so `__proto__` is a key like any other. */
export type Entries = Map<string, Node>;

const known = new WeakMap<Node, Entries>();

export function isObject(node: Node | undefined): node is Node & { type: 'object' } {
  return node?.type === 'object';
}

/** @returns the key and the value of a property */
export function partsOf({ children = [] }: Node): { key: string; value: Node } {
  const [key, value] = children;
  if (key === undefined || value === undefined) {
    throw new TypeError('A property has no value.');
  }
  return { key: String(key.value), value };
}

/** @returns the values of an object by key; of equal keys, the last counts; of others, none */
export function entriesOf(node: Node | undefined): Entries {
  if (node === undefined || !isObject(node)) {
    return new Map();
  }
  const entries = known.get(node) ?? new Map(readEntries(node));
  known.set(node, entries);
  return entries;
}

function readEntries({ children = [] }: Node): [string, Node][] {
  return children.map((property) => {
    const { key, value } = partsOf(property);
    return [key, value];
  });
}

/** @returns whether two nodes have the same value: the order of keys does not count */
export function same(one: Node | undefined, other: Node | undefined): boolean {
  if (one === undefined || other === undefined) {
    return one === other;
  }
  if (one.type !== other.type) {
    return false;
  }
  if (isObject(one)) {
    const [entries, others] = [entriesOf(one), entriesOf(other)];
    return (
      entries.size === others.size &&
      [...entries].every(([key, value]) => others.has(key) && same(value, others.get(key)))
    );
  }
  const [items, otherItems] = [one.children ?? [], other.children ?? []];
  return (
    one.value === other.value &&
    items.length === otherItems.length &&
    items.every((item, index) => same(item, otherItems[index]))
  );
}

/** @returns the value of a node, as `JSON.parse` gives it */
export function valueOf(node: Node | undefined): unknown {
  if (node === undefined) {
    return undefined;
  }
  if (isObject(node)) {
    return Object.fromEntries([...entriesOf(node)].map(([key, value]) => [key, valueOf(value)]));
  }
  return node.type === 'array' ? (node.children ?? []).map(valueOf) : node.value;
}
