import type { Placed } from '../../options/features.js';
import { packageManagers } from '../../options/package-managers.js';
import { hasDevelopmentCertificate, serviceCommand } from '../../project/plan/start.js';
import type { Issuer } from '../../pair/request.js';
import { certificateStep, trustStep, type Step } from '../../steps/plan/step.js';

interface Running {
  answers: Placed;
  /** The names on the development certificate: those of the answers, and names added to it since. */
  hosts: string[];
  /** Whether to verify the project at the end. */
  verify: boolean;
  issuer: Issuer;
  /** The words that start this program. */
  program: string[];
  /** The paths of the rendered files. */
  files: string[];
  /** The names in the project's folder before the run. */
  existing: string[];
  /** Absolute path of the folder that holds the lockfile. */
  root: string;
  /** The steps that install the dependencies, whether or not they are run. */
  installs: Step[];
}

function certificateSteps({ answers, hosts, issuer, program }: Running): Step[] {
  const issue = certificateStep({ request: { hosts }, issuer, program });
  return [
    ...(answers.mkcertInstall === true ? [trustStep] : []),
    ...(hasDevelopmentCertificate(answers) ? [issue] : []),
  ];
}

function topOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/**
 * What the first commit contains: the rendered files, and the lockfile after an install. In a new
 * folder, this is everything; next to existing files, new folders and each other file.
 */
function committed({ answers, files, existing }: Running): string[] {
  if (existing.length === 0) {
    return ['--all'];
  }
  const lockfile = answers.install ? [packageManagers[answers.packageManager].lockfile] : [];
  // git refuses paths that .gitignore excludes.
  const paths = [...files.filter((path) => path !== '.env'), ...lockfile];
  const named = paths.map((path) => (existing.includes(topOf(path)) ? path : topOf(path)));
  return ['--', ...new Set(named)];
}

/** @returns whether a project can get a git repository of its own */
export function hasOwnRepository({ place = {} }: Placed): boolean {
  const { workspace, repository, unknownRepository } = place;
  return [workspace, repository, unknownRepository].every((each) => each === undefined);
}

function gitSteps(running: Running): Step[] {
  const { git } = running.answers;
  const commit = ['git', 'commit', '--quiet', '-m', 'Initial commit'];
  const commands: [string, string, string[]][] = [
    ['Creating a git repository', 'Git repository created', ['git', 'init', '--quiet']],
    ['Adding the files to git', 'Files added to git', ['git', 'add', ...committed(running)]],
    ['Creating the first commit', 'First commit created', commit],
  ];
  const steps = commands.map(([title, done, command]): Step => ({
    group: 'git',
    title,
    done,
    command,
    interactive: false,
  }));
  return git && hasOwnRepository(running.answers) ? steps : [];
}

/** Starts the service for a moment on a free port as its user does, and connects to it. */
function verifyStep(answers: Placed, root: string): Step {
  const scheme = answers.https ? 'wss' : 'ws';
  return {
    group: 'verify',
    answers,
    root,
    title: `Verifying ${scheme}:// on a free port`,
    done: `${scheme}:// verified on a free port`,
    command: serviceCommand(answers),
    interactive: false,
  };
}

/** @returns the steps after rendering, in order: the first commit contains the lockfile */
export function stepsFor(running: Running): Step[] {
  const { answers, root, verify, installs } = running;
  return [
    ...certificateSteps(running),
    ...(answers.install ? installs : []),
    ...gitSteps(running),
    ...(verify ? [verifyStep(answers, root)] : []),
  ];
}
