import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli.js';

/** Which of the versions that package.json allows are installed. */
export type Versions = 'newest' | 'lowest';

/** @returns the lowest version in a range of package.json */
function lowestIn(range: string): string {
  const version = /^[\^~]?(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (version === undefined) {
    throw new Error(`The lowest version in "${range}" cannot be told.`);
  }
  return version;
}

function pinned(section: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(section).map(([name, range]) => [name, lowestIn(range)]),
  );
}

/**
 * Makes a project use the lowest versions that its package.json allows. Their own dependencies are
 * not limited.
 */
export function takeLowest(folder: string): void {
  const path = join(folder, 'package.json');
  const project = JSON.parse(readFileSync(path, 'utf8'));
  const { dependencies, devDependencies } = project;
  const all = { dependencies: pinned(dependencies), devDependencies: pinned(devDependencies) };
  writeFileSync(path, JSON.stringify({ ...project, ...all }));
}

/** @returns the lowest Node.js in `engines` of a project */
export function lowestNode(): string {
  const { engines } = JSON.parse(readFileSync(join(root, 'templates/package.json'), 'utf8'));
  const [, version] = /^>=(\d+\.\d+)$/.exec(engines.node) ?? [];
  if (version === undefined) {
    throw new Error(`engines of a project is "${engines.node}".`);
  }
  return `${version}.0`;
}
