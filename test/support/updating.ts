import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import manifest from '../../package.json' with { type: 'json' };
import type { Answers } from '../../src/options/answers.js';
import { options } from '../../src/options/options.js';
import { renderProject } from '../../src/project/plan/project.js';
import { standardPaths } from '../../src/project/plan/template-values.js';
import { bin, root, runProgram, type Ended } from './cli.js';
import { buildNext } from './next-version.js';
import { pack } from './own-package.js';
import { make } from './pki.js';
import { templates } from './rendered.js';
import { identity, sandbox, type Sandbox } from './sandbox.js';

/** This version of the package and a later one, and what tests of updates need. */
export interface Versions {
  place: Sandbox;
  /** The program of the later version. */
  next: string;
  /** The package of this version, for `--from`. */
  tarball: string;
}

/** Packs this version, and builds a later one. Call `place.remove` afterwards. */
export async function versions(): Promise<Versions> {
  const place = sandbox();
  const folder = join(place.home, 'next');
  mkdirSync(folder);
  const [packed, next] = [await pack(root, place), await buildNext(folder)];
  return { place, next, tarball: join(place.folder, packed.filename) };
}

/** Runs git in a folder. @returns what it printed */
export function git({ env }: Sandbox, folder: string, ...args: string[]): string {
  const call = { cwd: folder, env: { ...env, ...identity }, encoding: 'utf8' } as const;
  return execFileSync('git', args, { ...call, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Writes files into a folder; undefined removes one. */
export function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** @returns the files that git may have of a project of this version, by path */
export function filesOf(answers: Answers, name = 'chat'): Record<string, string> {
  const project = { name, answers, version: manifest.version, templates, paths: standardPaths };
  return Object.fromEntries(renderProject(project).map(({ path, contents }) => [path, contents]));
}

interface Committed {
  answers: Answers;
  /** The path from the repository to the project; the repository itself by default. */
  inside?: string;
  /** Arguments of `git init`. */
  init?: string[];
}

/** Commits a new project of this version in a repository. @returns the project's folder */
export function commitProject(place: Sandbox, folder: string, committed: Committed): string {
  const { answers, inside = '.', init = [] } = committed;
  const project = join(folder, inside);
  mkdirSync(project, { recursive: true });
  git(place, folder, 'init', '--quiet', '--initial-branch=main', ...init);
  write(project, filesOf(answers));
  commit(place, folder);
  return project;
}

/** Commits everything that git does not ignore. */
export function commit(place: Sandbox, folder: string): void {
  git(place, folder, 'add', '--all');
  git(place, folder, 'commit', '--quiet', '--allow-empty', '--message=Change');
}

/** Updates a project to the later version. */
export function updateToNext(
  { place, next, tarball }: Versions,
  project: string,
  ...args: string[]
): Promise<Ended> {
  const command = [process.execPath, next, 'update', '--from', tarball, ...args];
  return runProgram(command, { cwd: project, env: place.env });
}

/** Updates a project of this version by this version: other answers. */
export function updateHere(place: Sandbox, project: string, ...args: string[]): Promise<Ended> {
  return runProgram([process.execPath, bin, 'update', ...args], { cwd: project, env: place.env });
}

/** @returns the files of a project that git knows, with their contents */
export function trackedFiles(place: Sandbox, project: string): Record<string, string> {
  const paths = git(place, project, 'ls-files', '-z').split('\0');
  const existing = [...new Set(paths)].filter(
    (path) => path !== '' && existsSync(join(project, path)),
  );
  return Object.fromEntries(
    existing.map((path) => [path, readFileSync(join(project, path), 'utf8')]),
  );
}

/** Only `.env` names the files of the user's own certificate. */
async function throwAwayPair(folder: string): Promise<Partial<Answers>> {
  const ca = await make({ name: 'CN=CA', isCa: true });
  const { cert, key } = await make({ name: 'CN=localhost', hosts: ['localhost'], by: ca });
  write(folder, { 'key.pem': key, 'cert.pem': cert, 'ca.pem': ca.cert });
  const [keyFile, certFile, caFile] = ['key', 'cert', 'ca'].map((name) =>
    join(folder, `${name}.pem`),
  );
  return { keyFile: String(keyFile), certFile: String(certFile), caFile: String(caFile) };
}

/** What a version of the program creates from these answers: the files without `.env` and `certs`. */
export async function createdBy(
  { place, next }: Versions,
  answers: Answers,
  folder: string,
): Promise<Record<string, string>> {
  const file = `${folder}.json`;
  const recorded = options.filter((row) => row.recorded).map(({ name }) => name);
  const given = Object.fromEntries(recorded.map((name) => [name, answers[name]]));
  const pair = answers.certSource === 'files' ? await throwAwayPair(dirname(folder)) : {};
  write(dirname(file), { [basename(file)]: JSON.stringify({ ...given, ...pair }) });
  const flags = ['--yes', '--no-install', '--no-git', '--answers', file];
  const ended = await runProgram([process.execPath, next, folder, ...flags], {
    cwd: place.folder,
    env: place.env,
  });
  if (ended.code !== 0) {
    throw new Error(ended.stderr);
  }
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const secret = /^(\.env|certs\/.*\.pem)$/;
  return Object.fromEntries(
    paths
      .filter((path) => !secret.test(path))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

/** The packages of this repository; for some, the templates have another version. */
export function linkPackages(project: string): void {
  const folders = ['templates/node_modules', 'node_modules'].map((path) => join(root, path));
  const found = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => [name, join(folder, name)] as const),
  );
  const isTool = (name: string): boolean => name.startsWith('.');
  const packages = new Map(found.filter(([name]) => isTool(name)));
  found.toReversed().forEach(([name, path]) => isTool(name) || packages.set(name, path));
  mkdirSync(join(project, 'node_modules'));
  packages.forEach((path, name) => symlinkSync(path, join(project, 'node_modules', name)));
}
