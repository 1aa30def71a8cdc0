import { installCommand, type Tools } from './machine.js';
import { isFixable, isInstallable, type TrustRow } from './row.js';

/** mkcert cannot fix an environment that names other lists. */
function isForMkcert(row: TrustRow): boolean {
  return isInstallable(row) && row.fix[0]?.[0] !== 'unset';
}

/** The missing programs for these rows. */
function missing(rows: TrustRow[], tools: Tools): ('mkcert' | 'certutil')[] {
  const needed = ['mkcert', ...rows.map(({ installer }) => installer)];
  return (['mkcert', 'certutil'] as const).filter((tool) => !tools[tool] && needed.includes(tool));
}

function withMkcert(rows: TrustRow[], tools: Tools, certs: string[]): string[][] {
  const fixes = rows.flatMap(({ fix }) => fix);
  const ownWay = fixes.length === 1 && rows.every(({ installer }) => installer === 'certutil');
  if (rows.length === 0 || ownWay) {
    return fixes;
  }
  const wanted = missing(rows, tools);
  const install = installCommand(wanted, tools);
  if (wanted.length === 0) {
    return [certs];
  }
  return install === undefined ? fixes : [install, certs];
}

interface Table {
  rows: TrustRow[];
  tools: Tools;
}

/**
 * @param certs the command that runs `mkcert -install` and then adds the CA to the other stores
 * @returns the fewest commands after which everything but Node.js trusts the CA
 */
export function remainingCommands({ rows, tools }: Table, certs: string[]): string[][] {
  const open = rows.filter(isFixable);
  const own = open.filter(isForMkcert);
  const others = open.filter((row) => !isForMkcert(row));
  return [...withMkcert(own, tools, certs), ...others.flatMap(({ fix }) => fix)];
}
