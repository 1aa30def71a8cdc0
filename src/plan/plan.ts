import type { Answers } from '../options/answers.js';
import { packageManagers } from '../options/package-managers.js';
import { renderProject, type PlannedFile, type Project } from './project.js';
import { pageUrl } from './settings-values.js';
import { stepsFor, type Issuer, type Step } from './steps.js';
import { answersWarnings } from './warnings.js';

/** Everything that a run will do, as a value. */
export interface Plan {
  /** Absolute path of the project. */
  directory: string;
  name: string;
  answers: Answers;
  files: PlannedFile[];
  steps: Step[];
  /** What starts the project, in its folder. */
  next: string[][];
  /** Where the page of the service will be. */
  pageUrl: string;
  warnings: string[];
}

interface Facts {
  project: Project;
  /** Absolute path of the project, and its last part. */
  directory: string;
  folder: string;
  warnings: string[];
  /** Whether the project is tried out at the end. */
  verify: boolean;
  issuer: Issuer;
}

/** The commands that start the project. */
function startCommands({ certSource, packageManager }: Answers): string[][] {
  const { run } = packageManagers[packageManager];
  return [[...run, 'dev'], ...(certSource === 'proxy' ? [[...run, 'proxy']] : [])];
}

/** @returns the plan of a run: pure, nothing is touched */
export function planProject(facts: Facts): Plan {
  const { project, directory, folder, warnings, verify, issuer } = facts;
  const { answers, name, version } = project;
  const renamed =
    name === folder
      ? []
      : [`The package is named "${name}": "${folder}" is no name for npm and Docker.`];
  return {
    directory,
    name,
    answers,
    files: renderProject(project),
    steps: stepsFor({ answers, verify, issuer, version }),
    next: startCommands(answers),
    pageUrl: pageUrl(answers),
    warnings: [...warnings, ...renamed, ...answersWarnings(answers)],
  };
}
