import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTarGzip } from 'nanotar';
import { recordPath } from '../../src/core/paths.js';
import { answersOf } from './combinations.js';
import type { Ended } from './cli.js';
import { sandbox, type Environment, type Sandbox } from './sandbox.js';
import { commit, filesOf, git, updateHere } from './updating.js';

/** The version that the stand-in for an older package has. */
export const olderVersion = '0.0.9';

/** Files of a project by path. */
export type Files = Record<string, string | Buffer>;

/** @returns the files that this version renders, which git may have */
export function theirFiles(): Record<string, string> {
  const { '.env': _env, ...files } = filesOf(answersOf({}));
  return files;
}

/** @returns the same as the older version has rendered them: this one changes, adds and drops a file */
export function olderFiles(changes: Record<string, string | Buffer | null> = {}): Files {
  const { 'src/lib/log.ts': _new, ...files } = theirFiles();
  const record = JSON.parse(files[recordPath] ?? '');
  const older: Record<string, string | Buffer | null> = {
    ...files,
    'README.md': `${files['README.md']}\nOld.\n`,
    'src/lib/addresses.ts': `// Old.\n${files['src/lib/addresses.ts']}`,
    'src/lib/dropped.ts': 'export const dropped = true;\n',
    [recordPath]: `${JSON.stringify({ ...record, version: olderVersion }, null, 2)}\n`,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(older).filter((entry): entry is [string, string | Buffer] => entry[1] !== null),
  );
}

/** Text of a render entry that prints a document. */
const printing =
  "process.stdout.write(require('node:fs').readFileSync(`${__dirname}/document.json`));\n";

interface Packed {
  files?: Files;
  /** Paths of files that may be run. */
  programs?: string[];
  version?: string;
  /** The text of dist/render.js. */
  entry?: string;
}

/** Packs a package that renders these files. @returns the tarball's path */
export async function packOlder(
  path: string,
  { files = olderFiles(), programs = [], version = olderVersion, entry = printing }: Packed = {},
): Promise<string> {
  const document = {
    render: 1,
    version,
    files: Object.entries(files).map(([name, contents]) => ({
      path: name,
      mode: programs.includes(name) ? '0755' : '0644',
      encoding: Buffer.isBuffer(contents) ? 'base64' : 'utf8',
      contents: Buffer.isBuffer(contents) ? contents.toString('base64') : contents,
    })),
    warnings: [],
  };
  const manifest = { name: 'create-fastify-wss', version };
  const tarball = await createTarGzip([
    { name: 'package/package.json', data: JSON.stringify(manifest) },
    { name: 'package/dist/render.js', data: entry },
    { name: 'package/dist/document.json', data: JSON.stringify(document) },
  ]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, tarball);
  return path;
}

/** Writes files below a folder, with the folders that they need. */
export function put(folder: string, files: Files): void {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
}

/** A committed project of the older version. */
export interface Project {
  place: Sandbox;
  /** The root of its repository, and the project in it. */
  top: string;
  folder: string;
  /** The package of the older version. */
  tarball: string;
  /** For the call of update. */
  env: Environment;
  /** Runs git in the project. */
  git: (...args: string[]) => string;
  /** Writes files and commits everything. */
  commit: (files?: Files) => void;
  update: (...args: string[]) => Promise<Ended>;
}

export interface Older extends Packed {
  /** The path from the repository to the project; the repository itself by default. */
  inside?: string;
  /** Arguments of `git init`. */
  init?: string[];
  /** What the owner's first commit has, if not what the older version rendered. */
  committed?: Files;
  /** Settings of the repository, before anything is committed. */
  settings?: string[];
  /** Other files of the repository. */
  beside?: Files;
}

/** Projects of one test file. */
export class Projects {
  readonly place = sandbox();
  private count = 0;
  private packed: Promise<string> | undefined;

  /** @returns a path that does not exist */
  fresh(): string {
    this.count += 1;
    return join(this.place.folder, `p${this.count}`);
  }

  /** The package of the older version, as `olderFiles` has it. */
  tarball(): Promise<string> {
    return (this.packed ??= packOlder(join(this.place.home, 'older.tgz')));
  }

  /** Updates a project to this version. */
  run({ folder, tarball, env }: Pick<Project, 'folder' | 'tarball' | 'env'>, ...args: string[]) {
    const place = { ...this.place, env: { ...this.place.env, ...env } };
    return updateHere(place, folder, '--from', tarball, ...args);
  }

  /** Updates a project by a package that npm has to fetch. */
  fetch({ folder }: Project, env: Environment) {
    return updateHere({ ...this.place, env: { ...this.place.env, ...env } }, folder);
  }

  async make(older: Older = {}): Promise<Project> {
    const { place } = this;
    const top = join(this.fresh(), 'chat');
    const folder = join(top, older.inside ?? '.');
    mkdirSync(folder, { recursive: true });
    const isOwn = older.files !== undefined || older.programs !== undefined;
    const tarball = isOwn ? await packOlder(`${top}.tgz`, older) : await this.tarball();
    git(place, top, 'init', '--quiet', '--initial-branch=main', ...(older.init ?? []));
    (older.settings ?? []).forEach((setting) => {
      const [name = '', value = ''] = setting.split(/=(.*)/s);
      git(place, top, 'config', name, value);
    });
    put(top, older.beside ?? {});
    put(folder, older.committed ?? older.files ?? olderFiles());
    commit(place, top);
    const env: Environment = {};
    return {
      place,
      top,
      folder,
      tarball,
      env,
      git: (...args) => git(place, folder, ...args),
      commit: (files = {}) => {
        put(folder, files);
        commit(place, top);
      },
      update: (...args) => this.run({ folder, tarball, env }, ...args),
    };
  }
}

/** @returns everything below a folder but git's own: what each path is */
export function snapshot(folder: string, inside = ''): Record<string, string> {
  const names = readdirSync(join(folder, inside)).filter((name) => name !== '.git');
  const entries = names.flatMap((name): [string, string][] => {
    const path = inside === '' ? name : `${inside}/${name}`;
    const stat = lstatSync(join(folder, path));
    if (stat.isSymbolicLink()) {
      return [[path, `link to ${readlinkSync(join(folder, path))}`]];
    }
    if (stat.isDirectory()) {
      return Object.entries(snapshot(folder, path));
    }
    const kind = (stat.mode & 0o100) === 0 ? 'file' : 'program';
    return [[path, `${kind} ${readFileSync(join(folder, path)).toString('base64')}`]];
  });
  return Object.fromEntries(entries);
}

/** Settings for a look that runs nothing of the owner, and changes nothing. */
const quiet = ['core.quotePath=false', 'core.fsmonitor=false', 'core.hooksPath=/dev/null'].flatMap(
  (setting) => ['-c', setting],
);

/** @returns what the repository of a project contains: its work tree, its index, and what git says of both */
export function stateOf({ top, place }: Project): object {
  const read = (...args: string[]) => git(place, top, '--no-optional-locks', ...quiet, ...args);
  return {
    files: snapshot(top),
    index: read('ls-files', '--stage'),
    status: read('status', '--porcelain', '--untracked-files=all'),
    journal: existsSync(join(top, '.git/create-fastify-wss-update.json')),
  };
}
