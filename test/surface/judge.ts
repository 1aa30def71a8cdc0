import { sectionOf, sectionsOf } from '../../src/build/changelog.js';
import { breaking, differences, unnamed, type Difference } from './compare.js';
import type { Surface } from './surface.js';

/** The surface of the last release, as test/surface/released.json has it. */
export interface Released {
  version: string;
  surface: Surface;
}

/** What is compared: the last release, and the state of this repository. */
export interface Compared {
  released: Released;
  now: Surface;
  /** In package.json. */
  version: string;
  changelog: string;
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

/** @returns whether there was no release yet: then everything may change */
export function isFirst(changelog: string): boolean {
  const versions = sectionsOf(changelog).filter(({ name }) => name !== 'Unreleased');
  return versions.length === 1 && versions[0]?.date === undefined;
}

/** What has changed since the last release, in the words of the changelog. */
function entriesOf({ released, version, changelog }: Compared): string {
  const unreleased = sectionOf(changelog, 'Unreleased')?.text ?? '';
  const own = version === released.version ? '' : (sectionOf(changelog, version)?.text ?? '');
  return `${unreleased}\n${own}`;
}

/** @returns the parts of the changelog for what users must change */
function breakingEntries(entries: string): string {
  const parts = entries.split(/^(?=### )/m);
  return parts.filter((part) => /^### (Changed|Removed)/.test(part)).join('\n');
}

const shown = ({ kind, group, name }: Difference): string => `${kind} in ${group}: ${name}`;

/**
 * @returns what is wrong with a change of the public surface: without an entry in the changelog, or breaking
 *   without a new major version
 */
export function problems(compared: Compared): string[] {
  const { released, now, version, changelog } = compared;
  if (isFirst(changelog)) {
    return [];
  }
  const all = differences(released.surface, now);
  const entries = entriesOf(compared);
  const additions = all.filter(({ kind }) => kind === 'added');
  const isRaised = majorOf(version) > majorOf(released.version) || version === released.version;
  return [
    ...unnamed(additions, entries).map((each) => `${shown(each)}: not in the changelog`),
    ...unnamed(breaking(all), breakingEntries(entries)).map(
      (each) => `${shown(each)}: not under Changed or Removed in the changelog`,
    ),
    ...(isRaised ? [] : breaking(all).map((each) => `${shown(each)}: needs a major version`)),
  ];
}
