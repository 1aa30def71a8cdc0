import type { Answers } from '../../options/answers.js';
import type { Issuer } from '../../pair/request.js';
import { certificateStep, trustStep, type Step } from '../../steps/plan/step.js';

interface Running {
  answers: Answers;
  /** Whether to verify the project at the end. */
  verify: boolean;
  issuer: Issuer;
  /** The version of this package. */
  version: string;
  /** The command that installs the dependencies, as typed. */
  installCommand: string[];
}

function certificateSteps({ answers, issuer, version }: Running): Step[] {
  const { certSource, mkcertInstall, hosts = [], packageManager } = answers;
  const local = certSource === 'mkcert' || certSource === 'proxy';
  const issue = certificateStep({ request: { hosts }, issuer, packageManager, version });
  return [...(mkcertInstall === true ? [trustStep] : []), ...(local ? [issue] : [])];
}

function installSteps({ answers, installCommand }: Running): Step[] {
  const { install, packageManager } = answers;
  const step: Step = {
    group: 'install',
    packageManager,
    title: `Installing the dependencies with ${packageManager}`,
    done: `Dependencies installed with ${packageManager}`,
    command: installCommand,
    interactive: false,
  };
  return install ? [step] : [];
}

function gitSteps({ git }: Answers): Step[] {
  const commit = ['git', 'commit', '--quiet', '-m', 'Initial commit'];
  const commands: [string, string, string[]][] = [
    ['Creating a git repository', 'Git repository created', ['git', 'init', '--quiet']],
    ['Adding the files to git', 'Files added to git', ['git', 'add', '--all']],
    ['Creating the first commit', 'First commit created', commit],
  ];
  const steps = commands.map(([title, done, command]): Step => ({
    group: 'git',
    title,
    done,
    command,
    interactive: false,
  }));
  return git ? steps : [];
}

/** Starts the service for a moment on a free port, and connects to it. */
function verifyStep(answers: Answers): Step {
  const { language, https } = answers;
  const scheme = https ? 'wss' : 'ws';
  return {
    group: 'verify',
    answers,
    title: `Verifying ${scheme}:// on a free port`,
    done: `${scheme}:// verified on a free port`,
    command: [
      'node',
      ...(language === 'ts' ? ['--import', 'tsx', 'src/server.ts'] : ['src/server.js']),
    ],
    interactive: false,
  };
}

/** @returns the steps after rendering, in order: the first commit contains the lockfile */
export function stepsFor(running: Running): Step[] {
  const { answers, verify } = running;
  return [
    ...certificateSteps(running),
    ...installSteps(running),
    ...gitSteps(answers),
    ...(verify ? [verifyStep(answers)] : []),
  ];
}
