import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, gitBytes, gitText, type GitCall } from './git.js';
import type { Repository } from './repository.js';
import { makeTemporary, removeTemporary } from './temporary.js';

/** A file in a tree of git. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` for a link, `160000` for a submodule. */
  mode: string;
  /** The id of its contents. */
  oid: string;
}

/** Files by their paths from the root of the repository. */
export type Tree = Map<string, TreeEntry>;

/** The versions of an unmerged file in base, the project and the new version, numbered as git does. */
export type Stages = Partial<Record<1 | 2 | 3, TreeEntry>>;

/** A repository of our own: bare, with the owner's objects at hand, in a temporary folder. */
export interface Scratch {
  folder: string;
  /** Where a merge writes its result. */
  work: string;
  /** The variables of calls in it. */
  env: Record<string, string>;
}

/** Nothing of the user's own settings applies to the merge, such as drivers and filters. */
function environmentOf(folder: string): Record<string, string> {
  return {
    GIT_DIR: join(folder, 'git'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GIT_AUTHOR_NAME: 'create-fastify-wss',
    GIT_AUTHOR_EMAIL: 'create-fastify-wss@localhost',
    GIT_COMMITTER_NAME: 'create-fastify-wss',
    GIT_COMMITTER_EMAIL: 'create-fastify-wss@localhost',
  };
}

/** A path in `objects/info/alternates`, quoted as git does if it begins with a quote or has a line end. */
function alternate(path: string): string {
  return /^["#]|\n/.test(path) ? JSON.stringify(path) : path;
}

/** Creates the scratch repository. `removeScratch` removes it. */
export function makeScratch({ format, objects, attributes }: Repository): Scratch {
  const folder = makeTemporary();
  const scratch = { folder, work: join(folder, 'work'), env: environmentOf(folder) };
  mkdirSync(scratch.work);
  const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`];
  gitBytes({ cwd: folder, env: scratch.env }, init);
  const info = join(folder, 'git/objects/info');
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, 'alternates'), `${alternate(objects)}\n`);
  if (existsSync(attributes)) {
    mkdirSync(join(folder, 'git/info'), { recursive: true });
    copyFileSync(attributes, join(folder, 'git/info/attributes'));
  }
  return scratch;
}

/** Removes the temporary folder. */
export function removeScratch({ folder }: Scratch): void {
  removeTemporary(folder);
}

/** @returns a call in the scratch repository */
export function inScratch(
  { folder, env }: Scratch,
  more: Partial<GitCall> = {},
): GitCall & { env: Record<string, string> } {
  return { cwd: folder, ...more, env: { ...env, ...more.env } };
}

/** @returns the index of the scratch repository with that name */
export function indexNamed({ folder }: Scratch, name: string): Record<string, string> {
  return { GIT_INDEX_FILE: join(folder, `${name}.index`) };
}

/** A file and what will be in it. */
export interface Contents {
  /** From the root of the repository. */
  path: string;
  contents: string | Buffer;
}

/** The files for which the owner's settings have a filter, such as that of Git LFS. */
export function filtered({ top }: Repository, paths: string[]): Set<string> {
  const input = paths.map((path) => `${path}\0`).join('');
  const fields = fieldsOf(gitBytes({ cwd: top, input }, ['check-attr', '-z', '--stdin', 'filter']));
  const values = paths.map((path, index) => [path, fields[index * 3 + 2] ?? ''] as const);
  const none = ['unspecified', 'unset', ''];
  return new Set(values.filter(([, value]) => !none.includes(value)).map(([path]) => path));
}

/**
 * Stores contents in the scratch repository: as they are, but filtered as the owner's repository does.
 * @returns their ids, in the same order
 */
export function storeBlobs(scratch: Scratch, repository: Repository, files: Contents[]): string[] {
  const folder = mkdtempSync(join(scratch.folder, 'blobs-'));
  const names = files.map(({ contents }, index) => {
    const name = join(folder, String(index));
    writeFileSync(name, contents);
    return name;
  });
  const input = names.map((name) => `${name}\n`).join('');
  const hash = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const plain = gitText(inScratch(scratch, { input }), hash).split('\n');
  const byFilter = filtered(
    repository,
    files.map(({ path }) => path),
  );
  const env = {
    GIT_OBJECT_DIRECTORY: join(scratch.folder, 'git/objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: repository.objects,
  };
  return files.map(({ path, contents }, index) =>
    byFilter.has(path)
      ? gitText({ cwd: repository.top, env, input: contents }, [
          'hash-object',
          '-w',
          `--path=${path}`,
          '--stdin',
        ])
      : (plain[index] ?? ''),
  );
}

/** Stores files of a project. @returns their tree, by paths from the root of the repository */
export function treeOf(
  scratch: Scratch,
  repository: Repository,
  side: Map<string, { contents: string; mode: string }>,
): Tree {
  const files = [...side].map(([path, file]) => ({
    path: repository.prefix + path,
    contents: file.contents,
    mode: file.mode,
  }));
  const oids = storeBlobs(scratch, repository, files);
  return new Map(files.map(({ path, mode }, index) => [path, { mode, oid: oids[index] ?? '' }]));
}

/** @returns the contents of objects, in the same order */
export function readBlobs(scratch: Scratch, oids: string[]): Buffer[] {
  const input = oids.map((oid) => `${oid}\n`).join('');
  const output = gitBytes(inScratch(scratch, { input }), ['cat-file', '--batch']);
  let at = 0;
  return oids.map((oid) => {
    const end = output.indexOf('\n', at);
    const [, , size] = output.toString('utf8', at, end).split(' ');
    if (size === undefined) {
      throw new Error(`git has no object ${oid}.`);
    }
    const start = end + 1;
    at = start + Number(size) + 1;
    return output.subarray(start, start + Number(size));
  });
}

/** Lines for `update-index --index-info`. */
export function indexLines(tree: Tree): string {
  return [...tree].map(([path, { mode, oid }]) => `${mode} ${oid} 0\t${path}\0`).join('');
}

/** @returns the id of a commit that has the tree */
export function commitTree(scratch: Scratch, tree: Tree, name: string, parent?: string): string {
  const env = indexNamed(scratch, name);
  const call = inScratch(scratch, { env });
  const input = indexLines(tree);
  gitBytes({ ...call, input }, ['update-index', '-z', '--index-info']);
  const oid = gitText(call, ['write-tree', '--missing-ok']);
  const written = fieldsOf(gitBytes(call, ['ls-tree', '-r', '-z', '--name-only', oid])).length;
  if (written !== tree.size) {
    // A merge would take the missing files for deleted ones.
    throw new Error(`git has written ${written} of ${tree.size} files into a tree.`);
  }
  const parents = parent === undefined ? [] : ['-p', parent];
  return gitText(call, ['commit-tree', oid, ...parents, '-m', name]);
}

/** @returns the entries of `ls-tree -z` */
function parseTree(output: Buffer): Tree {
  const entries = fieldsOf(output).map((line) => {
    const [meta = '', path = ''] = splitOnce(line, '\t');
    const [mode = '', , oid = ''] = meta.split(' ');
    return [path, { mode, oid }] as const;
  });
  return new Map(entries);
}

/** @returns both sides of the first separator */
export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

/** @returns the last commit's files in the project's folder, and the attributes of the folders above */
export function committedTree({ top, prefix }: Repository): Tree {
  const parts = prefix.split('/').slice(0, -1);
  const above = parts.map((_, index) => `${parts.slice(0, index).join('/')}/.gitattributes`);
  const list = ['ls-tree', '-r', '-z', '--full-tree', 'HEAD', '--'];
  const attributes = above.map((path) => path.replace(/^\//, ''));
  return parseTree(
    gitBytes({ cwd: top }, [...list, ...(prefix === '' ? [] : [prefix]), ...attributes]),
  );
}
