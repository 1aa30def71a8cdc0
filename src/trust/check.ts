import type { Machine, Tools } from './table/machine.js';
import { isFixable, isInstallable, type TrustRow } from './table/row.js';
import { isRoot, systemPackages } from '../io/environment.js';
import { findProgram } from '../io/programs.js';
import { findCa, type CaCertificate } from './certificate.js';
import type { TrustStore } from './store.js';
import { chromium } from './stores/chromium.js';
import { firefox } from './stores/firefox.js';
import { host } from './stores/host.js';
import { node } from './stores/node.js';
import { system } from './stores/system.js';
import { windows } from './stores/windows.js';

/** The trust stores, in the order of the table. Each judges only what its own query found. */
export const stores: TrustStore<unknown>[] = [system, chromium, firefox, windows, host, node];

/** Which clients trust the CA, and the tools to change that. */
export interface Trust {
  rows: TrustRow[];
  tools: Tools;
}

function tools(): Tools {
  return {
    mkcert: findProgram('mkcert') !== undefined,
    certutil: findProgram('certutil') !== undefined,
    root: isRoot(),
    packages: systemPackages(),
  };
}

/** mkcert treats an empty variable like an unset one. */
function storesOf(variable: string): string[] | undefined {
  return variable === '' ? undefined : variable.split(',');
}

/** @returns the rows of a store, given what its query found */
export function rowsOf(
  store: TrustStore<unknown>,
  evidence: unknown,
  machine: Machine,
): TrustRow[] {
  const { name, installer, usedBy } = store;
  return store
    .rows(evidence, machine)
    .map((row) => Object.assign({ store: name, installer, usedBy }, row));
}

/** @returns which clients trust the CA, and the tools to change that */
export async function checkStores(ca: CaCertificate): Promise<Trust> {
  const trustStores = storesOf(process.env['TRUST_STORES'] ?? '');
  const machine = { platform: process.platform, ca, tools: tools(), trustStores };
  const rows = await Promise.all(
    stores.map(async (store) => rowsOf(store, await store.query(ca), machine)),
  );
  return { rows: rows.flat(), tools: machine.tools };
}

/** @returns which clients trust the CA in mkcert's folder; undefined if there is no CA */
export async function checkTrust(): Promise<Trust | undefined> {
  const ca = findCa();
  return ca === undefined ? undefined : checkStores(ca);
}

/** @returns whether there is a CA, and `mkcert -install` has nothing to do */
export async function isTrusted(): Promise<boolean> {
  const trust = await checkTrust();
  const installable = trust?.rows.filter(isInstallable) ?? [];
  return installable.length > 0 && !installable.some(isFixable);
}
