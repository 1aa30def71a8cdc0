import type { Answers } from '../../options/answers.js';
import { installCommand, packageManagers } from '../../options/package-managers.js';
import { renderProject, type PlannedFile, type Project } from './project.js';
import { pageUrl } from './template-values.js';
import { type Step } from '../../steps/plan/step.js';
import { answersWarnings } from './warnings.js';
import { stepsFor } from './steps.js';
import type { Issuer } from '../../pair/request.js';

/** Everything that a run will do, as a value. */
export interface Plan {
  /** Absolute path of the project. */
  directory: string;
  name: string;
  answers: Answers;
  files: PlannedFile[];
  steps: Step[];
  /** The command that installs the dependencies, as typed in this environment. */
  installCommand: string[];
  /** The commands that start the project, in its folder. */
  next: string[][];
  /** The URL of the service's page. */
  pageUrl: string;
  warnings: string[];
}

interface Facts {
  project: Project;
  /** Absolute path of the project, and its last part. */
  directory: string;
  folder: string;
  warnings: string[];
  /** Whether to verify the project at the end. */
  verify: boolean;
  issuer: Issuer;
  /** The environment in which the commands are typed. */
  env: Record<string, string | undefined>;
}

/** The commands that start the project. */
function startCommands({ certSource, packageManager }: Answers): string[][] {
  const { run } = packageManagers[packageManager];
  return [[...run, 'dev'], ...(certSource === 'proxy' ? [[...run, 'proxy']] : [])];
}

/** @returns the plan of a run; changes nothing */
export function planProject(facts: Facts): Plan {
  const { project, directory, folder, warnings, verify, issuer, env } = facts;
  const { answers, name, version } = project;
  const renamed =
    name === folder
      ? []
      : [`The package is named "${name}": npm or Docker does not accept the name "${folder}".`];
  const install = installCommand(answers.packageManager, env);
  return {
    directory,
    name,
    answers,
    files: renderProject(project),
    steps: stepsFor({ answers, verify, issuer, version, installCommand: install }),
    installCommand: install,
    next: startCommands(answers),
    pageUrl: pageUrl(answers),
    warnings: [...warnings, ...renamed, ...answersWarnings(answers)],
  };
}
