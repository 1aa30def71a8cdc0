import type { Surface } from './surface.js';

/** One item that differs from the last release. */
export interface Difference {
  kind: 'added' | 'removed' | 'changed';
  group: string;
  name: string;
}

function formsOf(surface: Surface): Map<string, string> {
  return new Map(
    Object.entries(surface).flatMap(([group, items]) =>
      Object.entries(items).map(([name, form]): [string, string] => [`${group}: ${name}`, form]),
    ),
  );
}

function difference(kind: Difference['kind'], key: string): Difference {
  const [group = '', name = ''] = key.split(/: (.*)/s);
  return { kind, group, name };
}

/** @returns what was added to a surface, removed from it and changed in it */
export function differences(released: Surface, now: Surface): Difference[] {
  const [before, after] = [formsOf(released), formsOf(now)];
  const removed = [...before.keys()].filter((key) => !after.has(key));
  const added = [...after.keys()].filter((key) => !before.has(key));
  const changed = [...after].filter(([key, form]) => (before.get(key) ?? form) !== form);
  return [
    ...removed.map((key) => difference('removed', key)),
    ...changed.map(([key]) => difference('changed', key)),
    ...added.map((key) => difference('added', key)),
  ];
}

/** @returns the differences after which a program that uses the released version may fail */
export function breaking(all: Difference[]): Difference[] {
  return all.filter(({ kind }) => kind !== 'added');
}

/** The last word of a name is what users type or read: `--check`, `files.moved`. */
function isNamed({ name }: Difference, entries: string): boolean {
  return entries.includes(name.split(' ').at(-1) ?? name);
}

/**
 * @param entries the changelog's text about what is not released yet
 * @returns the differences that it does not name
 */
export function unnamed(all: Difference[], entries: string): Difference[] {
  return all.filter((each) => !isNamed(each, entries));
}
