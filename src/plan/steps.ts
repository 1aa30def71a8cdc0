import type { Answers } from '../core/answers.js';
import { packageManagers } from '../core/package-managers.js';

export type StepGroup = 'trust' | 'certificate' | 'install' | 'git' | 'verify';

/** A program to run in the project's folder after the files are in place. */
export interface Step {
  group: StepGroup;
  /** What happens, as a person reads it while it happens. */
  title: string;
  /** The program and its arguments; never a shell line. */
  command: string[];
  /** A program that may ask for a password: it gets the terminal. */
  interactive: boolean;
}

/** ECDSA costs the server two thirds of what RSA costs for each handshake. */
function certificateCommand(hosts: string[]): string[] {
  const files = ['-cert-file', 'certs/cert.pem', '-key-file', 'certs/key.pem'];
  return ['mkcert', '-ecdsa', ...files, ...hosts];
}

function certificateSteps({ certSource, mkcertInstall, hosts = [] }: Answers): Step[] {
  const issue: Step = {
    group: 'certificate',
    title: 'Making the development certificate',
    command: certificateCommand(hosts),
    interactive: false,
  };
  const trust: Step = {
    group: 'trust',
    title: "Adding mkcert's CA to the trust stores",
    command: ['mkcert', '-install'],
    interactive: true,
  };
  const local = certSource === 'mkcert' || certSource === 'proxy';
  return [...(mkcertInstall === true ? [trust] : []), ...(local ? [issue] : [])];
}

function installSteps({ install, packageManager }: Answers): Step[] {
  const step: Step = {
    group: 'install',
    title: `Installing the dependencies with ${packageManager}`,
    command: packageManagers[packageManager].install,
    interactive: false,
  };
  return install ? [step] : [];
}

function gitSteps({ git }: Answers): Step[] {
  const commands: [string, string[]][] = [
    ['Making a git repository', ['git', 'init', '--quiet']],
    ['Adding the files to git', ['git', 'add', '--all']],
    ['Making the first commit', ['git', 'commit', '--quiet', '-m', 'Initial commit']],
  ];
  const steps = commands.map(([title, command]): Step => ({
    group: 'git',
    title,
    command,
    interactive: false,
  }));
  return git ? steps : [];
}

/** The service is started for a moment, on a port that is free, and talked to. */
function verifyStep({ language, https }: Answers): Step {
  return {
    group: 'verify',
    title: `Verifying ${https ? 'wss' : 'ws'}:// on a free port`,
    command: [
      'node',
      ...(language === 'ts' ? ['--import', 'tsx', 'src/server.ts'] : ['src/server.js']),
    ],
    interactive: false,
  };
}

/**
 * @param verify whether the project is tried out at the end
 * @returns the steps after rendering, in order: the first commit holds the lockfile
 */
export function stepsFor(answers: Answers, verify: boolean): Step[] {
  return [
    ...certificateSteps(answers),
    ...installSteps(answers),
    ...gitSteps(answers),
    ...(verify ? [verifyStep(answers)] : []),
  ];
}
