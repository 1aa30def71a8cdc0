import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { pairFolder } from '../core/paths.js';
import type { CertificateStep, Step } from '../plan/steps.js';
import { judgePair } from '../pair/judge.js';
import { git } from '../io/git.js';
import { anyExists, findProgram } from '../io/probes.js';
import { isTrusted } from '../trust/check.js';

/** Whether to run a step; if the user must do something instead, why and which commands. */
export type State =
  | { run: true }
  | { run: false; already: true }
  | { run: false; already: false; advice: string; commands: string[][] };

const needed: State = { run: true };
const already: State = { run: false, already: true };

function skipped(advice: string, commands: string[][] = []): State {
  return { run: false, already: false, advice, commands };
}

/** A key or a certificate from elsewhere is only overwritten on request. */
function certificateState(directory: string, { request }: CertificateStep): State {
  const { state, why } = judgePair(directory, request);
  if (state === 'good') {
    return request.overwrite === true ? needed : already;
  }
  return state === 'foreign' && request.overwrite !== true
    ? skipped(
        `${why} It was not issued here, so it is kept. Move the files in ${pairFolder}/ away.`,
      )
    : needed;
}

/** An install is done if its last file exists and is not older than package.json. */
function installState(directory: string, packageManager: PackageManager): State {
  const { installed } = packageManagers[packageManager];
  const marks = installed.filter((path) => anyExists(directory, [path]));
  const wanted = statSync(join(directory, 'package.json')).mtimeMs;
  const done = marks.some((path) => statSync(join(directory, path)).mtimeMs >= wanted);
  return done && anyExists(directory, ['node_modules', '.pnp.cjs']) ? already : needed;
}

async function hasCommit(directory: string): Promise<boolean> {
  return (await git(directory, 'rev-parse', '--verify', '--quiet', 'HEAD')).ok;
}

/** git refuses to commit without an identity, but accepts one that it makes up itself. */
async function commitState(directory: string, step: Step): Promise<State> {
  const identity = await git(directory, 'var', 'GIT_COMMITTER_IDENT');
  return identity.ok
    ? needed
    : skipped('git does not know your name and email address.', [
        ['git', 'config', '--global', 'user.name', 'Your Name'],
        ['git', 'config', '--global', 'user.email', 'you@example.com'],
        step.command,
      ]);
}

async function gitState(directory: string, step: Step): Promise<State> {
  if (findProgram('git') === undefined) {
    return skipped('git is not installed.');
  }
  const top = await git(directory, 'rev-parse', '--show-toplevel');
  if (!top.ok) {
    return needed;
  }
  const root = top.output.trim();
  if (realpathSync(root) !== realpathSync(directory)) {
    return skipped(`The project is inside the git repository ${root}. Commit it there.`);
  }
  if (step.command.includes('init') || (await hasCommit(directory))) {
    return already;
  }
  return step.command.includes('commit') ? commitState(directory, step) : needed;
}

/** @returns whether a step still has to be done in a project */
export async function stateOf(step: Step, directory: string): Promise<State> {
  switch (step.group) {
    case 'git':
      return gitState(directory, step);
    case 'install':
      return installState(directory, step.packageManager);
    case 'certificate':
      return certificateState(directory, step);
    case 'trust':
      return (await isTrusted()) ? already : needed;
    case 'verify':
      return needed;
  }
}
