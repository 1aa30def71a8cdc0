import type { Answers } from '../../options/answers.js';
import { parentWarnings } from '../../core/paths.js';
import { lockfileFolder, type Place } from '../../core/place.js';
import { renderProject, type PlannedFile, type Project } from '../../project/plan/project.js';
import { pageUrl } from '../../project/plan/template-values.js';
import { type Step } from '../../steps/plan/step.js';
import { installSteps } from '../../project/plan/install.js';
import { placeWarnings } from './place-warnings.js';
import { answersWarnings } from './warnings.js';
import { proxyCommands, serviceCommand } from '../../project/plan/start.js';
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
  /** The commands that install the dependencies, as typed in this environment. */
  installCommands: string[][];
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
  /** The words that start this program. */
  program: string[];
  /** The names in the project's folder before the run. */
  existing: string[];
  /** The names on the development certificate. */
  hosts: string[];
  /** Where the project lies. */
  place?: Place;
  /** The environment in which the commands are typed. */
  env: Record<string, string | undefined>;
}

/** @returns the plan of a run; changes nothing */
export function planProject(facts: Facts): Plan {
  const { project, directory, folder, env, place = {}, ...rest } = facts;
  const { answers, name } = project;
  const placed = { ...answers, place };
  const files = renderProject({ ...project, answers: placed });
  const paths = files.map(({ path }) => path);
  const renamed =
    name === folder
      ? []
      : [`The package is named "${name}": npm or Docker does not accept the name "${folder}".`];
  const root = lockfileFolder(place, directory);
  const installs = installSteps({ placed, root, env });
  return {
    directory,
    name,
    answers,
    files,
    steps: stepsFor({ ...rest, answers: placed, files: paths, root, installs }),
    installCommands: installs.map(({ command }) => command),
    next: [serviceCommand(answers), ...proxyCommands(answers)],
    pageUrl: pageUrl(answers),
    warnings: [
      ...facts.warnings,
      ...parentWarnings(directory),
      ...renamed,
      ...answersWarnings(answers),
      ...placeWarnings(placed),
    ],
  };
}
