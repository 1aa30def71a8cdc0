import { UserError } from '../../core/errors.js';
import { packageManagers, type PackageManager } from '../../options/package-managers.js';
import { quoteCommand } from '../../core/quote.js';

interface Machine {
  packageManager: PackageManager;
  /** The program, if found; without a version if that is unknown. */
  found: { version?: string } | undefined;
  /** The version of the running Node.js. */
  node: string;
}

/** @returns whether a version is lower than another one; missing parts count as 0 */
function isBelow(version: string, oldest: string): boolean {
  const [left, right] = [version, oldest].map((text) => text.split('.').map(Number.parseFloat));
  const parts = [0, 1, 2].map((part) => (left?.[part] ?? 0) - (right?.[part] ?? 0));
  return (parts.find((difference) => difference !== 0) ?? 0) < 0;
}

/** @returns the version to upgrade to, if the found one does not work */
function neededInstead({ packageManager, node }: Machine, version: string): string | undefined {
  const rows = packageManagers[packageManager].unfit;
  return rows.find(
    ({ from = '0', below, node: fitNode }) =>
      !isBelow(version, from) &&
      isBelow(version, below) &&
      (fitNode === undefined || isBelow(node, fitNode)),
  )?.below;
}

/** @returns what is wrong with the project's package manager, if anything */
function complaint(machine: Machine): string | undefined {
  const { packageManager, found, node } = machine;
  if (found === undefined) {
    return `${packageManager} is not installed.`;
  }
  const { version } = found;
  const needed = version === undefined ? undefined : neededInstead(machine, version);
  return needed === undefined
    ? undefined
    : `${packageManager} ${version} cannot install the project on Node.js ${node}: it needs ${packageManager} ${needed} or newer.`;
}

/** npm cannot install itself. */
function installAdvice({ packageManager, found }: Machine): string {
  return found === undefined && packageManager === 'npm'
    ? 'Install it with Node.js, from https://nodejs.org.'
    : `Run: ${quoteCommand(packageManagers[packageManager].get)}.`;
}

/**
 * Checks the package manager before anything is asked or written.
 * @param install whether to install dependencies; yes by default
 * @returns warnings, if nothing is installed
 * @throws UserError for a missing or old program
 */
export function checkManager(machine: Machine, install: boolean): string[] {
  const wrong = complaint(machine);
  if (wrong === undefined) {
    return [];
  }
  if (!install) {
    return [wrong];
  }
  throw new UserError(
    wrong,
    `${installAdvice(machine)} Or choose another --package-manager, or pass --no-install to install later.`,
    { code: 'missing-program', stage: 'answers' },
  );
}
