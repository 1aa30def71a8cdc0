import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runningManager, type PackageManager } from '../options/package-managers.js';
import type { Issuer } from '../plan/steps.js';
import type { Packages } from '../trust/table/evidence.js';

/** @returns the absolute path of a program, found as a shell finds it */
export function findProgram(name: string): string | undefined {
  const endings =
    process.platform === 'win32' ? (process.env['PATHEXT'] ?? '.EXE').split(';') : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => endings.map((end) => join(folder, name + end)));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there or not ours to run: the next folder of PATH may hold it.
    return false;
  }
}

/** @returns what issues certificates on this machine */
export function issuerHere(): Issuer {
  return findProgram('mkcert') === undefined ? 'built-in' : 'mkcert';
}

/** @returns the package manager that runs us; npm by itself */
export function runningPackageManager(): PackageManager {
  return runningManager(process.env);
}

/** What says that nobody answers a question, each with its reason. */
const silences: [string, () => boolean][] = [
  ['there is no terminal', () => process.stdin.isTTY !== true || process.stdout.isTTY !== true],
  ['CI is set', () => !['', '0', 'false'].includes(process.env['CI'] ?? '')],
  ['TERM is dumb', () => process.env['TERM'] === 'dumb'],
];

/** @returns why nobody can be asked; nothing where a person sits at a terminal that shows questions */
export function whyNobodyAnswers(): string | undefined {
  return silences.find(([, holds]) => holds())?.[0];
}

/** How programs are installed, by what is at hand; certutil is the tool that reaches browsers on Linux. */
const installers: [string, Packages][] = [
  ['brew', { words: ['brew', 'install'], mkcert: 'mkcert', certutil: 'nss' }],
  [
    'apt-get',
    { words: ['sudo', 'apt-get', 'install'], mkcert: 'mkcert', certutil: 'libnss3-tools' },
  ],
  ['dnf', { words: ['sudo', 'dnf', 'install'], mkcert: 'mkcert', certutil: 'nss-tools' }],
  ['pacman', { words: ['sudo', 'pacman', '-S'], mkcert: 'mkcert', certutil: 'nss' }],
  ['apk', { words: ['sudo', 'apk', 'add'], mkcert: 'mkcert', certutil: 'nss-tools' }],
  ['zypper', { words: ['sudo', 'zypper', 'install'], certutil: 'mozilla-nss-tools' }],
  ['winget', { words: ['winget', 'install'], mkcert: 'FiloSottile.mkcert' }],
  ['choco', { words: ['choco', 'install'], mkcert: 'mkcert' }],
  ['scoop', { words: ['scoop', 'install'], mkcert: 'mkcert' }],
];

/** @returns how this system gets the programs that trust takes, if it is known */
export function systemPackages(): Packages | undefined {
  return installers.find(([program]) => findProgram(program) !== undefined)?.[1];
}

/** @returns the command that installs mkcert on this system with what it needs, if one is known */
export function mkcertInstaller(): string[] | undefined {
  const packages = systemPackages();
  return packages?.mkcert === undefined
    ? undefined
    : [packages.words, packages.mkcert, packages.certutil ?? []].flat();
}

/** @returns whether any of these paths is there */
export function anyExists(directory: string, paths: string[]): boolean {
  return paths.some((path) => existsSync(join(directory, path)));
}

/** @returns the text of a file, or nothing where there is none */
export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
