import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isCi,
  packageManagers,
  runningManager,
  type PackageManager,
} from '../options/package-managers.js';
import { asRoot, type Packages } from '../trust/table/machine.js';
import { findProgram } from './programs.js';

/** @returns the package manager that runs this, from `npm_config_user_agent`; npm by default */
export function runningPackageManager(): PackageManager {
  return runningManager(process.env);
}

/** @returns the words that start this program: from a clone, its bundle; otherwise, its package */
export function ownProgram(version: string): string[] {
  const here = import.meta.dirname;
  return existsSync(join(here, '../src/cli.ts'))
    ? ['node', join(here, 'cli.js')]
    : [...packageManagers[runningPackageManager()].execute, `create-fastify-wss@${version}`];
}

/** The reasons why no user can answer questions. */
const silences: [string, () => boolean][] = [
  ['there is no terminal', () => process.stdin.isTTY !== true || process.stdout.isTTY !== true],
  ['CI is set', () => isCi(process.env)],
  ['TERM is dumb', () => process.env['TERM'] === 'dumb'],
];

/** @returns why questions are not possible; undefined at a terminal that can show them */
export function whyNoPrompts(): string | undefined {
  return silences.find(([, holds]) => holds())?.[0];
}

/** @returns whether this user needs no sudo, which a container often does not have */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** How to install programs, by installer; certutil changes the trust stores of browsers on Linux. */
const installers: [string, Packages & { needsRoot?: true }][] = [
  ['brew', { words: ['brew', 'install'], mkcert: 'mkcert', certutil: 'nss' }],
  [
    'apt-get',
    {
      words: ['apt-get', 'install'],
      mkcert: 'mkcert',
      certutil: 'libnss3-tools',
      needsRoot: true,
    },
  ],
  ['dnf', { words: ['dnf', 'install'], mkcert: 'mkcert', certutil: 'nss-tools', needsRoot: true }],
  ['pacman', { words: ['pacman', '-S'], mkcert: 'mkcert', certutil: 'nss', needsRoot: true }],
  ['apk', { words: ['apk', 'add'], mkcert: 'mkcert', certutil: 'nss-tools', needsRoot: true }],
  ['zypper', { words: ['zypper', 'install'], certutil: 'mozilla-nss-tools', needsRoot: true }],
  ['winget', { words: ['winget', 'install'], mkcert: 'FiloSottile.mkcert' }],
  ['choco', { words: ['choco', 'install'], mkcert: 'mkcert' }],
];

/** @returns how to install mkcert and certutil on this system, if known */
export function systemPackages(): Packages | undefined {
  const found = installers.find(([program]) => findProgram(program) !== undefined)?.[1];
  return found?.needsRoot === true
    ? { ...found, words: asRoot(found.words, { root: isRoot() }) }
    : found;
}

/** @returns the command that installs mkcert and its dependencies on this system, if known */
export function mkcertInstaller(): string[] | undefined {
  const packages = systemPackages();
  return packages?.mkcert === undefined
    ? undefined
    : [packages.words, packages.mkcert, packages.certutil ?? []].flat();
}

/** @returns whether any of these paths exists */
export function anyExists(directory: string, paths: string[]): boolean {
  return paths.some((path) => existsSync(join(directory, path)));
}

/** @returns all folders above a folder, the nearest first */
export function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

/**
 * @param top the last folder to look in: by default, the root of the file system
 * @returns the first of these paths that exists in a folder or above it
 */
export function findUpwards(folder: string, paths: string[], top = ''): string | undefined {
  const all = [folder, ...foldersAbove(folder)];
  const folders = all.slice(0, all.indexOf(top) + 1 || all.length);
  return folders
    .flatMap((each) => paths.map((path) => join(each, path)))
    .find((path) => existsSync(path));
}

/** @returns the text of a file; undefined if it does not exist */
export function readIfExists(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
