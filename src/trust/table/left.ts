import { installable, type TrustRow } from './rows.js';
import type { Tools } from './evidence.js';
import { installCommand } from './tools.js';

/** @returns whether a store does not trust the CA, as far as is known, but can be made to */
export function isOpen({ store, state, fix }: TrustRow): boolean {
  const open = state === 'not-trusted' || (state === 'unknown' && installable.includes(store));
  return open && fix.length > 0 && store !== 'node';
}

/** mkcert cannot fix an environment that names other lists. */
function isForMkcert({ store, fix }: TrustRow): boolean {
  return installable.includes(store) && fix[0]?.[0] !== 'unset';
}

/** The missing programs for these rows. */
function missing(rows: TrustRow[], tools: Tools): ('mkcert' | 'certutil')[] {
  const databases = rows.some(({ store }) => store !== 'system');
  return [
    ...(tools.mkcert ? [] : (['mkcert'] as const)),
    ...(tools.certutil || !databases ? [] : (['certutil'] as const)),
  ];
}

function withMkcert(rows: TrustRow[], tools: Tools, certs: string[]): string[][] {
  const fixes = rows.flatMap(({ fix }) => fix);
  const ownWay = fixes.length === 1 && rows.every(({ store }) => store !== 'system');
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
export function commandsLeft({ rows, tools }: Table, certs: string[]): string[][] {
  const open = rows.filter(isOpen);
  const [own, others] = [true, false].map((which) =>
    open.filter((row) => isForMkcert(row) === which),
  );
  return [...withMkcert(own ?? [], tools, certs), ...(others ?? []).flatMap(({ fix }) => fix)];
}
