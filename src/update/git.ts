import { spawnSync } from 'node:child_process';
import { UserError } from '../core/errors.js';
import { childEnvironment } from '../io/child-environment.js';
import { findProgram } from '../io/programs.js';

/** How a call of git ended. */
export interface GitResult {
  /** Its exit code; undefined if a signal ended it. */
  code: number | undefined;
  stdout: Buffer;
  stderr: string;
}

export interface GitCall {
  /** Where it runs. */
  cwd: string;
  /** Variables such as GIT_INDEX_FILE. */
  env?: Record<string, string>;
  /** What it reads from stdin. */
  input?: string | Buffer;
}

/**
 * No hook and no monitor of the owner runs, and git only writes what it was asked to. A split index
 * without checksums is read as an empty one by some versions of git.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'color.ui=false',
  'core.splitIndex=false',
  'index.skipHash=false',
];
const environment = {
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A folder may have any name, such as `:(top)`.
  GIT_LITERAL_PATHSPECS: '1',
  GIT_GLOB_PATHSPECS: '0',
  GIT_NOGLOB_PATHSPECS: '0',
  GIT_ICASE_PATHSPECS: '0',
};

/** @throws UserError if git is not installed */
function program(): string {
  const found = findProgram('git');
  if (found === undefined) {
    throw new UserError('update needs git, which is not installed.', 'Install git.', {
      code: 'missing-program',
      stage: 'plan',
    });
  }
  return found;
}

/** Runs git to its end, whatever its exit code is. */
export function tryGit({ cwd, env = {}, input = '' }: GitCall, args: string[]): GitResult {
  const { status, stdout, stderr, error } = spawnSync(
    program(),
    [...settings.flatMap((setting) => ['-c', setting]), ...args],
    {
      cwd,
      input,
      env: childEnvironment('git', { ...environment, ...env }),
      maxBuffer: Number.POSITIVE_INFINITY,
    },
  );
  if (error !== undefined) {
    throw error;
  }
  return { code: status ?? undefined, stdout, stderr: stderr.toString() };
}

/**
 * Runs git, which must succeed.
 * @returns what it printed to stdout
 * @throws UserError with git's own message
 */
export function gitBytes(call: GitCall, args: string[]): Buffer {
  const { code, stdout, stderr } = tryGit(call, args);
  if (code !== 0) {
    throw gitError(stderr, args[0] ?? '');
  }
  return stdout;
}

/** As `gitBytes`, as text without the line end at its end. */
export function gitText(call: GitCall, args: string[]): string {
  return gitBytes(call, args)
    .toString()
    .replace(/\r?\n$/, '');
}

/** @returns the fields of output that git ends by a NUL each */
export function fieldsOf(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}

/** An error in git's words: it knows best what to do about its own repository. */
export function gitError(stderr: string, what: string): UserError {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [first = `git ${what} failed`, ...rest] = lines;
  return new UserError(
    `git: ${first.replace(/^(fatal|error): /, '')}`,
    'Follow the advice of git, then run again. Nothing was written.',
    { code: 'repository', stage: 'plan', details: rest.map((line) => line.trim()) },
  );
}
