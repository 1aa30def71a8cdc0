import type { Evidence } from './evidence.js';
import { databaseRows } from './databases.js';
import { nodeRow } from './node.js';
import { systemRow } from './system.js';
import { stateOf } from './tools.js';

export type TrustStore = 'system' | 'chromium' | 'firefox' | 'node' | 'windows' | 'host';
/** What mkcert, or certutil after it, puts the CA into. */
export const installable: TrustStore[] = ['system', 'chromium', 'firefox'];

export type TrustState = 'trusted' | 'not-trusted' | 'not-present' | 'unknown';

/** Whether one kind of client trusts the CA, and how to change that. */
export interface TrustRow {
  store: TrustStore;
  title: string;
  /** The clients that use this store. */
  clients: string;
  state: TrustState;
  /** The file or folder of the store. */
  path?: string;
  note?: string;
  /** Commands that make it trust the CA; empty if it does, or if no command is known. */
  fix: string[][];
  /** Commands that undo that, if it trusts the CA. */
  undo: string[][];
}

/** Browsers on Windows do not use the trust stores of the Windows Subsystem for Linux. */
function windowsRows({ windows, authority }: Evidence): TrustRow[] {
  if (windows === undefined) {
    return [];
  }
  const { holds, path } = windows;
  const program = ['certutil.exe', '-user'];
  const note =
    holds === false ? 'Windows asks for confirmation.' : 'certutil.exe could not be run.';
  const row: TrustRow = {
    store: 'windows',
    title: 'Windows',
    clients: 'browsers on Windows',
    state: stateOf(holds),
    path,
    fix: holds === true ? [] : [[...program, '-addstore', 'Root', path]],
    undo: holds === true ? [[...program, '-delstore', 'Root', authority.serial]] : [],
  };
  return [holds === true ? row : { ...row, note }];
}

function hostRows({ container }: Evidence): TrustRow[] {
  const note =
    "It cannot be checked from here. Run mkcert on the host, and mount the host's CAROOT here.";
  const row = { title: 'Host', clients: 'browsers outside this container', note } as const;
  return container ? [{ store: 'host', ...row, state: 'unknown', fix: [], undo: [] }] : [];
}

/** @returns which clients of a machine trust the CA, with a fix for the others */
export function trustTable(evidence: Evidence): TrustRow[] {
  return [
    systemRow(evidence),
    ...databaseRows(evidence),
    ...windowsRows(evidence),
    ...hostRows(evidence),
    nodeRow(evidence),
  ];
}
