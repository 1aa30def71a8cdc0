import { asRoot, installTool, isSkipped, skippedByMkcert, type Machine } from '../table/machine.js';
import { ownPrograms } from '../table/own-programs.js';
import type { StoreRow } from '../table/row.js';
import type { TrustStore } from '../store.js';
import { isFound, readSystemLists, type NamedList, type SystemLists } from '../system-lists.js';

type About = Pick<StoreRow, 'title' | 'clients'>;

const linux: About = { title: 'System', clients: 'curl, openssl, git, wget, GNOME Web' };

const kinds: Record<string, About> = {
  darwin: { title: 'macOS keychain', clients: 'Safari, Chrome, Edge, curl' },
  win32: { title: 'Windows', clients: 'Chrome, Edge, curl, PowerShell' },
};

/** What programs with OpenSSL read by default. */
function opensslTrusts({ hasCa, folderHasCa, variables }: SystemLists): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return isFound(file ?? { hasCa: hasCa === true }, folder?.hasCa ?? folderHasCa);
}

/** What curl reads: its own variable comes before those of OpenSSL. */
function curlTrusts(lists: SystemLists): boolean {
  const own = lists.variables.CURL_CA_BUNDLE;
  return own === undefined ? opensslTrusts(lists) : isFound(own, lists.folderHasCa);
}

/** The environment variables that make programs read other lists. */
function variablesOf({ variables }: SystemLists, hasCa: boolean): [string, NamedList][] {
  return Object.entries(variables).filter(([, list]) => list.hasCa === hasCa);
}

function noteOf(variables: [string, NamedList][]): Pick<StoreRow, 'note'> {
  const text = variables.map(([name, { path }]) => `${name}=${path}`).join(', ');
  return text === '' ? {} : { note: `The environment sets another list: ${text}.` };
}

function undoOf({ anchors }: SystemLists, { ca, tools, platform }: Machine): string[][] {
  const own = ownPrograms(platform, ca);
  if (!tools.mkcert && own !== undefined) {
    return [own.remove];
  }
  if (tools.mkcert || anchors === undefined) {
    return [['mkcert', '-uninstall']];
  }
  return [
    asRoot(['rm', anchors.file.replace('*', ca.name.replaceAll(' ', '_'))], tools),
    asRoot(anchors.refresh, tools),
  ];
}

/** Without mkcert, the commands of the system, with the file name that mkcert would use. */
function fixOf({ anchors }: SystemLists, { ca, tools, platform }: Machine): string[][] {
  const own = ownPrograms(platform, ca);
  if (!tools.mkcert && own !== undefined) {
    return [own.add];
  }
  if (tools.mkcert || anchors === undefined) {
    return [...installTool('mkcert', tools), ['mkcert', '-install']];
  }
  const file = anchors.file.replace('*', ca.name.replaceAll(' ', '_'));
  return [asRoot(['cp', ca.path, file], tools), asRoot(anchors.refresh, tools)];
}

/** Why programs do not find the CA, and what to do. */
function problem(lists: SystemLists, machine: Machine): Pick<StoreRow, 'note' | 'fix'> {
  const others = variablesOf(lists, false);
  const { note = '' } = noteOf(others);
  if (lists.hasCa === true) {
    const fix = [['unset', ...others.map(([name]) => name)]];
    return { note: `${note} The CA is not in it.`, fix };
  }
  if (isSkipped('system', machine)) {
    return { note: skippedByMkcert, fix: [] };
  }
  if (machine.platform === 'linux' && lists.anchors === undefined) {
    const unknown = 'Unknown trust store: create-fastify-wss and mkcert cannot add a CA to it.';
    return { note: unknown, fix: [] };
  }
  return { ...noteOf(others), fix: fixOf(lists, machine) };
}

/** @returns the row of these lists */
export function systemRow(lists: SystemLists, machine: Machine): StoreRow {
  const where = lists.path === undefined ? {} : { path: lists.path };
  const about = { ...(kinds[machine.platform] ?? linux), ...where };
  if (lists.hasCa === undefined) {
    const note = 'This Node.js cannot check it. Adding the CA again is safe.';
    return { ...about, state: 'unknown', note, fix: fixOf(lists, machine), undo: [] };
  }
  if (opensslTrusts(lists) && curlTrusts(lists)) {
    const note = noteOf(variablesOf(lists, true));
    return { ...about, state: 'trusted', ...note, fix: [], undo: undoOf(lists, machine) };
  }
  return { ...about, state: 'not-trusted', ...problem(lists, machine), undo: [] };
}

/** The system's own trust store. */
export const system: TrustStore<SystemLists> = {
  name: 'system',
  installer: 'mkcert',
  // On macOS and Windows, browsers use it, too.
  usedBy: process.platform === 'linux' ? ['system'] : ['system', 'browser'],
  query: readSystemLists,
  rows: (lists, machine) => [systemRow(lists, machine)],
};
