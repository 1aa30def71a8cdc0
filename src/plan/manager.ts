import { UserError } from '../core/errors.js';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { quoteCommand } from '../core/quote.js';

interface Machine {
  packageManager: PackageManager;
  /** The program as it was found; without a version where that cannot be told. */
  found: { version?: string } | undefined;
  /** The version of Node.js that runs us. */
  node: string;
}

/** @returns whether a version lies below another one; parts that are not given count as 0 */
function isBelow(version: string, oldest: string): boolean {
  const [left, right] = [version, oldest].map((text) => text.split('.').map(Number.parseFloat));
  const parts = [0, 1, 2].map((part) => (left?.[part] ?? 0) - (right?.[part] ?? 0));
  return (parts.find((difference) => difference !== 0) ?? 0) < 0;
}

/** @returns the version to upgrade to, where the one that was found does not do */
function neededInstead({ packageManager, node }: Machine, version: string): string | undefined {
  const rows = packageManagers[packageManager].unfit;
  return rows.find(
    ({ from = '0', below, node: fitNode }) =>
      !isBelow(version, from) &&
      isBelow(version, below) &&
      (fitNode === undefined || isBelow(node, fitNode)),
  )?.below;
}

/** @returns what is wrong with the project's package manager, if anything is */
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

/** npm cannot install itself where it is missing. */
function renewPair({ packageManager, found }: Machine): string {
  return found === undefined && packageManager === 'npm'
    ? 'Install it with Node.js, from https://nodejs.org.'
    : `Run: ${quoteCommand(packageManagers[packageManager].get)}.`;
}

/**
 * Looks at the package manager before anything is asked or written.
 * @param install whether dependencies are to be installed: what is not answered counts as yes
 * @returns warnings, where nothing is to be installed
 * @throws UserError for a program that is missing or too old
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
    `${renewPair(machine)} Or choose another --package-manager, or install later, with --no-install.`,
    { code: 'missing-program', stage: 'answers' },
  );
}
