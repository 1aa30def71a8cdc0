import type { Answers } from '../options/answers.js';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { pairPaths } from '../core/paths.js';

export type StepGroup = 'trust' | 'certificate' | 'install' | 'git' | 'verify';

/** What a development certificate shall be. */
export interface CertificateRequest {
  /** Names and addresses: at least one. */
  hosts: string[];
  /** How long it shall be valid; without it as long as its issuer likes. */
  days?: number;
  /** Whether files are replaced that were not issued here. */
  overwrite?: boolean;
}

/** mkcert where it is there, else the issuer that is a part of us. */
export type Issuer = 'mkcert' | 'built-in';

interface Program {
  /** What happens, as a person reads it while it happens. */
  title: string;
  /** The program and its arguments, as a person would type them; never a shell line. */
  command: string[];
  /** A program that may ask for a password: it gets the terminal. */
  interactive: boolean;
}

export interface CertificateStep extends Program {
  group: 'certificate';
  request: CertificateRequest;
  issuer: Issuer;
}

/** A program to run in the project's folder after the files are in place, with what it needs. */
export type Step =
  | CertificateStep
  | (Program & { group: 'trust' | 'git' })
  | (Program & { group: 'install'; packageManager: PackageManager })
  | (Program & { group: 'verify'; answers: Answers });

interface Certifying {
  request: CertificateRequest;
  issuer: Issuer;
  /** How our own package is run by hand. */
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

/** @returns the step that makes a development certificate */
export function certificateStep(certifying: Certifying): CertificateStep {
  const { request, issuer } = certifying;
  return {
    group: 'certificate',
    title: 'Making the development certificate',
    command: certificateCommand(certifying),
    interactive: false,
    request,
    issuer,
  };
}

/** The step that changes this system's trust stores: only ever with its user's consent. */
export const trustStep: Step = {
  group: 'trust',
  title: "Adding mkcert's CA to the trust stores",
  command: ['mkcert', '-install'],
  interactive: true,
};

interface Running {
  answers: Answers;
  /** Whether the project is tried out at the end. */
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
function verifyStep(answers: Answers): Step {
  const { language, https } = answers;
  return {
    group: 'verify',
    answers,
    title: `Verifying ${https ? 'wss' : 'ws'}:// on a free port`,
    command: [
      'node',
      ...(language === 'ts' ? ['--import', 'tsx', 'src/server.ts'] : ['src/server.js']),
    ],
    interactive: false,
  };
}

/** @returns the steps after rendering, in order: the first commit holds the lockfile */
export function stepsFor(running: Running): Step[] {
  const { answers, verify } = running;
  return [
    ...certificateSteps(running),
    ...installSteps(answers),
    ...gitSteps(answers),
    ...(verify ? [verifyStep(answers)] : []),
  ];
}
