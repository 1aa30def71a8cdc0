import type { Answers } from '../../options/answers.js';
import type { PackageManager } from '../../options/package-managers.js';
import { quoteCommand } from '../../core/quote.js';
import { mkcertCommand, type CertificateRequest, type Issuer } from '../../pair/request.js';

/** The common part of all steps: a program, and words for it. */
export interface Program {
  group: StepGroup;
  /** What the step does: "Installing the dependencies". Also "… failed." and "… was skipped." */
  title: string;
  /** Its result: "Dependencies installed". */
  done: string;
  /** The program and its arguments, as typed; never a shell line. */
  command: string[];
  /** A program that may ask for a password: it gets the terminal. */
  interactive: boolean;
}

/** What a step of each kind needs besides its program. */
interface Needs {
  trust: object;
  certificate: { request: CertificateRequest; issuer: Issuer };
  install: {
    packageManager: PackageManager;
    /** Absolute path of the folder that holds the lockfile. */
    root: string;
    /** Arguments in addition to the package manager's usual ones. */
    more?: string[];
    /** The package whose install script it declines, instead of installing. */
    declines?: string;
  };
  git: object;
  /** `root` as for an install. */
  verify: { answers: Answers; root: string };
}

export type StepGroup = keyof Needs;

/** A program to run in the project's folder, after the files are in place. */
export type Step<Group extends StepGroup = StepGroup> = {
  [Each in Group]: { group: Each } & Program & Needs[Each];
}[Group];

export type StepStatus = 'planned' | 'done' | 'already' | 'skipped' | 'failed' | 'not-run';

/** A planned step, or the result of one. */
export interface StepResult {
  group: StepGroup;
  title: string;
  /** As typed in a shell. */
  command: string;
  status: StepStatus;
  /** Why it was skipped, its output when it failed, or what a verification showed. */
  advice?: string;
  /** The commands that are left for the user. */
  left: string[];
}

interface Certifying {
  request: CertificateRequest;
  issuer: Issuer;
  /** The words that start this program. */
  program: string[];
}

function certificateCommand({ request, issuer, program }: Certifying): string[] {
  const { hosts, days, overwrite = false } = request;
  if (issuer === 'mkcert') {
    return mkcertCommand(hosts);
  }
  return [
    ...program,
    'certs',
    ...hosts,
    ...(days === undefined ? [] : ['--days', String(days)]),
    ...(overwrite ? ['--overwrite'] : []),
  ];
}

/** @returns the step that creates a development certificate */
export function certificateStep(certifying: Certifying): Step<'certificate'> {
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
export const trustStep: Step<'trust'> = {
  group: 'trust',
  title: "Adding mkcert's CA to the trust stores",
  done: "mkcert's CA added to the trust stores",
  command: ['mkcert', '-install'],
  interactive: true,
};

/** @returns a step that was not run, as a result */
export function unrun({ group, title, command }: Program, status: StepStatus): StepResult {
  return { group, title, command: quoteCommand(command), status, left: [] };
}
