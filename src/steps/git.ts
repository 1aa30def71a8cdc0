import { git as runGit } from '../io/git.js';
import { findProgram } from '../io/programs.js';
import { already, needed, runCommand, skipped, type Kind, type State } from './kind.js';
import type { Step } from './plan/step.js';

async function hasCommit(directory: string): Promise<boolean> {
  return (await runGit(directory, 'rev-parse', '--verify', '--quiet', 'HEAD')).ok;
}

/** git refuses to commit without an identity, but accepts one that it makes up itself. */
async function commitState(step: Step<'git'>, directory: string): Promise<State> {
  const identity = await runGit(directory, 'var', 'GIT_COMMITTER_IDENT');
  return identity.ok
    ? needed
    : skipped('git does not know your name and email address.', [
        ['git', 'config', '--global', 'user.name', 'Your Name'],
        ['git', 'config', '--global', 'user.email', 'you@example.com'],
        step.command,
      ]);
}

async function stateOf(step: Step<'git'>, directory: string): Promise<State> {
  if (findProgram('git') === undefined) {
    return skipped('git is not installed.');
  }
  // Comparing paths would fail where a system has several names for a folder.
  const up = await runGit(directory, 'rev-parse', '--show-cdup');
  if (!up.ok || up.stdout.trim() !== '') {
    return needed;
  }
  if (step.command.includes('init') || (await hasCommit(directory))) {
    return already;
  }
  return step.command.includes('commit') ? commitState(step, directory) : needed;
}

/** Creates the repository and its first commit. */
export const git: Kind<'git'> = { state: stateOf, perform: runCommand };
