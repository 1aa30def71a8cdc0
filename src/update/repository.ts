import { copyFileSync, existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { firstOf } from '../core/first-of.js';
import { recordPath } from '../core/paths.js';
import { fieldsOf, gitBytes, gitError, gitText, tryGit } from './git.js';
import { makeTemporary, removeTemporary } from './temporary.js';

/** The repository that contains a project. */
export interface Repository {
  /** Absolute path of the project. */
  project: string;
  /** Absolute path of the root of its work tree. */
  top: string;
  /** The path from there to the project; empty, or it ends with a slash. */
  prefix: string;
  /** `sha1` or `sha256`. */
  format: string;
  /** Absolute paths: the objects, the index, the rules for attributes, and this work tree's own folder. */
  objects: string;
  index: string;
  attributes: string;
  folder: string;
}

/** An error about the state of a repository: nothing was written. */
export function refusal(message: string, fix: string, details: string[] = []): UserError {
  return new UserError(message, `${fix} Nothing was written.`, {
    code: 'repository',
    stage: 'plan',
    details,
  });
}

const asked = [
  ['--show-toplevel'],
  ['--show-object-format'],
  ['--absolute-git-dir'],
  ['--git-path', 'objects'],
  ['--git-path', 'index'],
  ['--git-path', 'info/attributes'],
  ['--show-prefix'],
];

/**
 * @param project absolute path of the project
 * @throws UserError if it is not in a git repository, or not committed
 */
export function openRepository(project: string): Repository {
  const found = tryGit({ cwd: project }, ['rev-parse', '--is-inside-work-tree']);
  if (found.code !== 0 && found.stderr.includes('not a git repository')) {
    throw refusal(
      'The project is not in a git repository, so update could not be undone.',
      'Run git init, and commit the project first.',
    );
  }
  if (found.code !== 0) {
    throw gitError(found.stderr, 'rev-parse');
  }
  const lines = gitText({ cwd: project }, ['rev-parse', ...asked.flat()]).split(/\r?\n/);
  const [
    top = '',
    format = '',
    folder = '',
    objects = '',
    index = '',
    attributes = '',
    prefix = '',
  ] = lines;
  const repository = {
    project,
    top,
    prefix,
    format,
    folder,
    objects: absolute(project, objects),
    index: absolute(project, index),
    attributes: absolute(project, attributes),
  };
  refuseUncommitted(repository);
  return repository;
}

function absolute(project: string, path: string): string {
  return /^([A-Za-z]:)?[\\/]/.test(path) ? path : join(project, path);
}

function refuseUncommitted({ project, prefix }: Repository): void {
  const entry = `HEAD:${prefix}${recordPath}`;
  if (tryGit({ cwd: project }, ['rev-parse', '--verify', '--quiet', entry]).code !== 0) {
    throw refusal(
      `${recordPath} is not committed.`,
      'Commit the project first: update merges into the last commit.',
    );
  }
}

/** What git has begun and not finished, by the file or folder that says so. */
const begun: Record<string, string> = {
  MERGE_HEAD: 'merge',
  CHERRY_PICK_HEAD: 'cherry-pick',
  REVERT_HEAD: 'revert',
  'rebase-merge': 'rebase',
  'rebase-apply': 'rebase',
};

/** How many paths an error lists. */
const pathsShown = 10;

/**
 * Looks for what an update could mix up with or lose. Untracked files are none of that.
 * @throws UserError for a merge in progress, changes that are not committed, and a locked index
 */
export function refuseUnclean(repository: Repository): void {
  const { folder, top } = repository;
  const [, what] = Object.entries(begun).find(([name]) => existsSync(join(folder, name))) ?? [];
  if (what !== undefined) {
    throw refusal(`A ${what} is in progress.`, 'Finish it first.');
  }
  const unmerged = fieldsOf(gitBytes({ cwd: top }, ['ls-files', '-u', '-z']));
  if (unmerged.length > 0) {
    const paths = [...new Set(unmerged.map((line) => line.slice(line.indexOf('\t') + 1)))];
    throw refusal('Conflicts are not resolved.', 'Resolve them, and commit.', listed(paths));
  }
  const changed = changedFiles(repository, {});
  const all = [...changed, ...hiddenChanges(repository)];
  if (all.length > 0) {
    const fix = 'Commit them or take them back, then run again.';
    throw refusal('The project has changes that are not committed.', fix, listed(all));
  }
}

const status = ['status', '--porcelain', '-z', '--untracked-files=no', '--no-renames'];

function changedFiles({ project }: Repository, env: Record<string, string>): string[] {
  const command = [...status, '--ignore-submodules=all', '--', '.'];
  return fieldsOf(gitBytes({ cwd: project, env }, command)).map((line) => line.slice(3));
}

function listed(paths: string[]): string[] {
  return firstOf(paths, pathsShown);
}

/**
 * Files that git was told to take for unchanged. A sparse checkout leaves such files out.
 * @returns those that differ all the same
 * @throws UserError if some are not checked out
 */
function hiddenChanges(repository: Repository): string[] {
  const { project, top } = repository;
  const lines = fieldsOf(gitBytes({ cwd: project }, ['ls-files', '-v', '-z', '--full-name', '.']));
  const hidden = lines.filter((line) => /^[a-zS]/.test(line)).map((line) => line.slice(2));
  const isThere = (path: string) => lstatSync(join(top, path), { throwIfNoEntry: false });
  const absent = hidden.filter((path) => isThere(path) === undefined);
  if (absent.length > 0) {
    const fix = 'Check them out first: git sparse-checkout add.';
    throw refusal('Files of the project are not checked out.', fix, listed(absent));
  }
  return hidden.length === 0 ? [] : withoutFlags(repository, hidden);
}

/** @returns the files that differ for git if it looks at all of them */
function withoutFlags(repository: Repository, paths: string[]): string[] {
  const folder = makeTemporary();
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    copyFileSync(repository.index, env.GIT_INDEX_FILE);
    const call = { cwd: repository.top, env, input: paths.map((path) => `${path}\0`).join('') };
    for (const flag of ['--no-skip-worktree', '--no-assume-unchanged']) {
      gitBytes(call, ['update-index', flag, '-z', '--stdin']);
    }
    return changedFiles(repository, env);
  } finally {
    removeTemporary(folder);
  }
}
