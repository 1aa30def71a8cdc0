import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from '../core/answers.js';
import { packageManagers } from '../core/package-managers.js';
import type { Step } from '../plan/steps.js';
import { judgePair } from './pem.js';
import { anyExists, findProgram, mkcertInstaller } from './probes.js';
import { run } from './run.js';

/** Whether a step is to be run; if a person has to do something instead, why and which commands. */
export type State =
  | { run: true }
  | { run: false; already: true }
  | { run: false; already: false; advice: string; commands: string[][] };

const needed: State = { run: true };
const already: State = { run: false, already: true };

function skipped(advice: string, commands: string[][] = []): State {
  return { run: false, already: false, advice, commands };
}

/** The commands that lead to a certificate on a system without mkcert. */
function withoutMkcert({ packageManager }: Answers): State {
  const certs = [...packageManagers[packageManager].run, 'certs'];
  const install = mkcertInstaller();
  const commands = [...(install === undefined ? [] : [install]), ['mkcert', '-install'], certs];
  const where = install === undefined ? ' See https://github.com/FiloSottile/mkcert.' : '';
  return skipped(`mkcert is not installed.${where}`, commands);
}

/** A key or a certificate that mkcert did not make is never written over. */
function certificateState(directory: string, answers: Answers): State {
  const certFile = join(directory, 'certs/cert.pem');
  const keyFile = join(directory, 'certs/key.pem');
  if (existsSync(certFile) || existsSync(keyFile)) {
    const judgement = judgePair({ certFile, keyFile }, answers.hosts ?? []);
    if (judgement === 'good') {
      return already;
    }
    if (judgement === 'foreign') {
      return skipped(
        'The files in certs/ are not a pair that mkcert made, so they stay. Move them away for new ones.',
      );
    }
  }
  return findProgram('mkcert') === undefined ? withoutMkcert(answers) : needed;
}

/** An install is done when its last file is there and no older than what it was made from. */
function installState(directory: string, answers: Answers): State {
  const { installed } = packageManagers[answers.packageManager];
  const marks = installed.filter((path) => anyExists(directory, [path]));
  const wanted = statSync(join(directory, 'package.json')).mtimeMs;
  const done = marks.some((path) => statSync(join(directory, path)).mtimeMs >= wanted);
  return done && anyExists(directory, ['node_modules', '.pnp.cjs']) ? already : needed;
}

async function git(directory: string, ...args: string[]) {
  return run({ command: ['git', ...args], cwd: directory, output: 'captured' });
}

async function hasCommit(directory: string): Promise<boolean> {
  return (await git(directory, 'rev-parse', '--verify', '--quiet', 'HEAD')).ok;
}

/** Without an identity git refuses to commit; with one that it makes up itself it does not. */
async function commitState(directory: string, step: Step): Promise<State> {
  const identity = await git(directory, 'var', 'GIT_COMMITTER_IDENT');
  return identity.ok
    ? needed
    : skipped('git does not know who you are.', [
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
    return skipped(`The project lies in the git repository ${root}: commit it there.`);
  }
  if (step.command.includes('init') || (await hasCommit(directory))) {
    return already;
  }
  return step.command.includes('commit') ? commitState(directory, step) : needed;
}

/** @returns whether a step is still to be done in a project */
export async function stateOf(step: Step, directory: string, answers: Answers): Promise<State> {
  if (step.group === 'git') {
    return gitState(directory, step);
  }
  if (step.group === 'verify') {
    return needed;
  }
  if (step.group === 'install') {
    return installState(directory, answers);
  }
  if (step.group === 'trust') {
    return findProgram('mkcert') === undefined ? withoutMkcert(answers) : needed;
  }
  return certificateState(directory, answers);
}
