import { hasUndecidedScript, undecidedScript, type Placed } from '../../options/features.js';
import { installCommand, packageManagers } from '../../options/package-managers.js';
import type { Step } from '../../steps/plan/step.js';

type Variables = Record<string, string | undefined>;

/** How a member of a workspace is installed, if the package manager asks what to do about a script. */
function undecided(placed: Placed) {
  const { member } = packageManagers[placed.packageManager];
  return placed.place?.workspace !== undefined && hasUndecidedScript(placed) ? member : undefined;
}

/** @returns the command that installs the dependencies anywhere, without the files of a workspace */
export function plainInstall(placed: Placed): string[] {
  const { install } = packageManagers[placed.packageManager];
  return [...install, ...(undecided(placed)?.undecided ?? [])];
}

interface Installing {
  placed: Placed;
  /** Absolute path of the folder that holds the lockfile. */
  root: string;
  /** The environment in which the commands are typed. */
  env: Variables;
}

/** @returns the steps that install the dependencies */
export function installSteps({ placed, root, env }: Installing): Step<'install'>[] {
  const { packageManager } = placed;
  const { undecided: more = [], decline } = undecided(placed) ?? {};
  const common = {
    group: 'install',
    packageManager,
    root,
    interactive: false,
  } as const;
  const install: Step<'install'> = {
    ...common,
    title: `Installing the dependencies with ${packageManager}`,
    done: `Dependencies installed with ${packageManager}`,
    command: installCommand(packageManager, { env, more }),
    more,
  };
  if (decline === undefined) {
    return [install];
  }
  const declining: Step<'install'> = {
    ...common,
    title: `Declining the install script of ${undecidedScript} in the workspace`,
    done: `Install script of ${undecidedScript} declined in the workspace`,
    command: [...decline, `!${undecidedScript}`],
    declines: undecidedScript,
  };
  return [install, declining];
}
