import type { Placed } from '../../options/features.js';
import { packageManagers } from '../../options/package-managers.js';
import { hasOwnRepository } from './steps.js';

/** On an older Node.js, newer versions of some packages must be held back. */
const newestNeeded = 22;

/** Why the project gets no git repository of its own. */
function gitWarnings(placed: Placed): string[] {
  const { git, place = {} } = placed;
  if (!git || hasOwnRepository(placed)) {
    return [];
  }
  const { workspace, repository, unknownRepository } = place;
  if (repository !== undefined) {
    return [`The project is inside the git repository ${repository.folder}. Commit it there.`];
  }
  return unknownRepository === undefined
    ? [`The project belongs to the workspace ${workspace?.folder}. Create a git repository there.`]
    : [
        `The project gets no git repository: git cannot read the one around it (${unknownRepository}).`,
      ];
}

/** A workspace of another package manager would install the project, too. */
function managerWarnings({ packageManager, place }: Placed): string[] {
  const other = place?.otherWorkspace;
  return other === undefined
    ? []
    : [
        `${other.folder} is a workspace of ${other.manager} that lists the project, but ${packageManager} installs it. Pass --package-manager ${other.manager}.`,
      ];
}

/** Settings that would be the project's own, but are only read in the workspace's. */
function settingWarnings({ packageManager, language, place }: Placed): string[] {
  const { workspace, plugAndPlay = false } = place ?? {};
  const { strict = false, owns } = packageManagers[packageManager];
  const isOld = Number.parseInt(process.versions.node, 10) < newestNeeded;
  return workspace === undefined
    ? []
    : [
        ...(strict && isOld
          ? [
              `Yarn 1 on Node.js ${process.versions.node} needs this in ${workspace.folder}/package.json: ${JSON.stringify(owns?.adds).slice(1, -1)}`,
            ]
          : []),
        ...(plugAndPlay && language === 'ts'
          ? [
              `TypeScript cannot read Yarn's Plug'n'Play. Set "nodeLinker: node-modules" in ${workspace.folder}/.yarnrc.yml.`,
            ]
          : []),
      ];
}

/** GitHub reads only the workflows at the top of a repository. */
function workflowWarnings({ githubActions, place }: Placed): string[] {
  const repository = place?.repository;
  return githubActions && repository !== undefined
    ? [
        `GitHub ignores ${repository.inside}/.github: move its workflow to ${repository.folder}/.github/workflows, under a name of its own.`,
      ]
    : [];
}

/** An image is built from the project's folder. */
function dockerWarnings({ docker, place }: Placed): string[] {
  return docker && place?.workspace !== undefined
    ? [
        'The Dockerfile does not use the lockfile of the workspace: an image gets the newest allowed versions.',
      ]
    : [];
}

/** @returns warnings about answers that depend on where the project lies */
export function placeWarnings(placed: Placed): string[] {
  return [gitWarnings, managerWarnings, settingWarnings, workflowWarnings, dockerWarnings].flatMap(
    (about) => about(placed),
  );
}
