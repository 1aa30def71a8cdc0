import type { Answers } from '../options/answers.js';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { pairPaths } from '../core/paths.js';

export type StepGroup = 'trust' | 'certificate' | 'install' | 'git' | 'verify';

/** The requested properties of a development certificate. */
export interface CertificateRequest {
  /** Names and addresses: at least one. */
  hosts: string[];
  /** How long it is valid; the issuer's default without it. */
  days?: number;
  /** Whether to replace files that were not issued here. */
  overwrite?: boolean;
}

/** mkcert if it is installed, else the built-in issuer. */
export type Issuer = 'mkcert' | 'built-in';

interface Program {
  /** What the step does: "Installing the dependencies". Also "… failed." and "… was skipped." */
  title: string;
  /** Its result: "Dependencies installed". */
  done: string;
  /** The program and its arguments, as typed; never a shell line. */
  command: string[];
  /** A program that may ask for a password: it gets the terminal. */
  interactive: boolean;
}

export interface CertificateStep extends Program {
  group: 'certificate';
  request: CertificateRequest;
  issuer: Issuer;
}

/** A program to run in the project's folder after the files are in place. */
export type Step =
  | CertificateStep
  | (Program & { group: 'trust' | 'git' })
  | (Program & { group: 'install'; packageManager: PackageManager })
  | (Program & { group: 'verify'; answers: Answers });

interface Certifying {
  request: CertificateRequest;
  issuer: Issuer;
  /** The package manager that runs this package by hand. */
  packageManager: PackageManager;
  version: string;
}

/** @returns what has mkcert make a pair. ECDSA costs the server two thirds of RSA for each handshake */
export function mkcertCommand(
  hosts: string[],
  { keyFile, certFile }: { keyFile: string; certFile: string },
): string[] {
  return ['mkcert', '-ecdsa', '-cert-file', certFile, '-key-file', keyFile, ...hosts];
}

function certificateCommand({ request, issuer, packageManager, version }: Certifying): string[] {
  const { hosts, days, overwrite = false } = request;
  if (issuer === 'mkcert') {
    return mkcertCommand(hosts, pairPaths);
  }
  const { execute } = packageManagers[packageManager];
  return [
    ...execute,
    `create-fastify-wss@${version}`,
    'certs',
    ...hosts,
    ...(days === undefined ? [] : ['--days', String(days)]),
    ...(overwrite ? ['--overwrite'] : []),
  ];
}

/** @returns the step that creates a development certificate */
export function certificateStep(certifying: Certifying): CertificateStep {
  const { request, issuer } = certifying;
  return {
    group: 'certificate',
    title: 'Creating the development certificate',
    done: 'Development certificate created',
    command: certificateCommand(certifying),
    interactive: false,
    request,
    issuer,
  };
}

/** The step that changes this system's trust stores: only with the user's consent. */
export const trustStep: Step = {
  group: 'trust',
  title: "Adding mkcert's CA to the trust stores",
  done: "mkcert's CA added to the trust stores",
  command: ['mkcert', '-install'],
  interactive: true,
};

interface Running {
  answers: Answers;
  /** Whether to verify the project at the end. */
  verify: boolean;
  issuer: Issuer;
  /** The version of this package. */
  version: string;
}

function certificateSteps({ answers, issuer, version }: Running): Step[] {
  const { certSource, mkcertInstall, hosts = [], packageManager } = answers;
  const local = certSource === 'mkcert' || certSource === 'proxy';
  const issue = certificateStep({ request: { hosts }, issuer, packageManager, version });
  return [...(mkcertInstall === true ? [trustStep] : []), ...(local ? [issue] : [])];
}

function installSteps({ install, packageManager }: Answers): Step[] {
  const step: Step = {
    group: 'install',
    packageManager,
    title: `Installing the dependencies with ${packageManager}`,
    done: `Dependencies installed with ${packageManager}`,
    command: packageManagers[packageManager].install,
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
    ...installSteps(answers),
    ...gitSteps(answers),
    ...(verify ? [verifyStep(answers)] : []),
  ];
}
