import type { Evidence, Tools } from './table/evidence.js';
import { isOpen } from './table/left.js';
import { installable, trustTable, type TrustRow } from './table/rows.js';
import { findProgram, systemPackages } from '../io/probes.js';
import { findRoot, type Root } from './certificate.js';
import { databasePlaces, installedBrowsers } from './databases.js';
import { askDatabase } from './nss.js';
import { isInContainer, nodeEvidence, windowsEvidence } from './surroundings.js';
import { systemEvidence } from './system.js';

/** Which clients trust the CA, and the tools to change that. */
export interface Trust {
  /** Path of the CA's certificate. */
  authority: string;
  rows: TrustRow[];
  tools: Tools;
}

function tools(): Tools {
  return {
    mkcert: findProgram('mkcert') !== undefined,
    certutil: findProgram('certutil') !== undefined,
    root: process.getuid?.() === 0,
    packages: systemPackages(),
  };
}

/** mkcert treats an empty variable like an unset one. */
function storesOf(variable: string): string[] | undefined {
  return variable === '' ? undefined : variable.split(',');
}

/** @returns the evidence for the trust table */
export async function gatherEvidence(root: Root): Promise<Evidence> {
  const { platform, env } = process;
  const places = platform === 'linux' ? databasePlaces() : [];
  const windows = await windowsEvidence(root);
  return {
    platform,
    authority: root,
    tools: tools(),
    only: storesOf(env['TRUST_STORES'] ?? ''),
    system: systemEvidence(root),
    databases: await Promise.all(places.map((place) => askDatabase(place, root))),
    browsers: installedBrowsers(),
    node: nodeEvidence(root),
    ...(windows === undefined ? {} : { windows }),
    container: isInContainer(),
  };
}

/** @returns which clients trust the CA in mkcert's folder; undefined if there is no CA */
export async function checkTrust(): Promise<Trust | undefined> {
  const root = findRoot();
  if (root === undefined) {
    return undefined;
  }
  const evidence = await gatherEvidence(root);
  return { authority: root.path, rows: trustTable(evidence), tools: evidence.tools };
}

/** @returns whether there is a CA, and `mkcert -install` has nothing to do */
export async function isTrusted(): Promise<boolean> {
  const trust = await checkTrust();
  const stores = trust?.rows.filter(({ store }) => installable.includes(store)) ?? [];
  return stores.length > 0 && !stores.some(isOpen);
}
