import type { TrustRow } from './rows.js';
import type { Evidence, NamedList, SystemEvidence } from './evidence.js';
import { asRoot, installTool, isLeftOut, skippedByMkcert } from './tools.js';

interface Kind {
  title: string;
  clients: string;
}

const linux: Kind = { title: 'System', clients: 'curl, openssl, git, wget' };

const kinds: Record<string, Kind> = {
  darwin: { title: 'macOS keychain', clients: 'Safari, Chrome, Edge, curl' },
  win32: { title: 'Windows', clients: 'Chrome, Edge, curl, PowerShell' },
};

/**
 * @returns whether a program with OpenSSL finds the CA: in a file, or else in a folder. OpenSSL does
 * not look in the folder if the file has a CA with the same name.
 */
export function isFound(file: Pick<NamedList, 'holds' | 'hides'>, folder: boolean): boolean {
  return file.holds || (folder && file.hides !== true);
}

/** What programs with OpenSSL read by default. */
function opensslTrusts({ holds, folderHolds, variables }: SystemEvidence): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return isFound(file ?? { holds: holds === true }, folder?.holds ?? folderHolds);
}

/** What curl reads: its own variable comes before those of OpenSSL. */
function curlTrusts(system: SystemEvidence): boolean {
  const own = system.variables.CURL_CA_BUNDLE;
  return own === undefined ? opensslTrusts(system) : isFound(own, system.folderHolds);
}

/** The environment variables that make programs read other lists. */
function variablesNote({ variables }: SystemEvidence, which: boolean): string | undefined {
  const named = Object.entries(variables).filter(([, { holds }]) => holds === which);
  const text = named.map(([name, { path }]) => `${name}=${path}`).join(', ');
  return text === '' ? undefined : `The environment sets another list: ${text}.`;
}

function undoOf({ authority, tools, system }: Evidence): string[][] {
  const { anchors } = system;
  if (tools.mkcert || anchors === undefined) {
    return [['mkcert', '-uninstall']];
  }
  return [
    asRoot(['rm', anchors.file.replace('*', authority.name.replaceAll(' ', '_'))], tools),
    asRoot(anchors.refresh, tools),
  ];
}

/** Without mkcert, the commands of the distribution, with the file name that mkcert would use. */
function fixOf({ authority, tools, system }: Evidence): string[][] {
  const { anchors } = system;
  if (tools.mkcert || anchors === undefined) {
    return [...installTool('mkcert', tools), ['mkcert', '-install']];
  }
  const file = anchors.file.replace('*', authority.name.replaceAll(' ', '_'));
  return [asRoot(['cp', authority.path, file], tools), asRoot(anchors.refresh, tools)];
}

type About = Pick<TrustRow, 'store' | 'title' | 'clients' | 'path'>;

function closed(about: About, note: string | undefined): TrustRow {
  return { ...about, state: 'not-trusted', ...noted(note), fix: [], undo: [] };
}

function noted(note: string | undefined): Pick<TrustRow, 'note'> {
  return note === undefined ? {} : { note };
}

/** The list has the CA, but this environment makes programs read other lists. */
function overridden(about: About, evidence: Evidence): TrustRow {
  const names = Object.entries(evidence.system.variables).filter(([, { holds }]) => !holds);
  const note = `${variablesNote(evidence.system, false) ?? ''} The CA is not in it.`;
  return { ...closed(about, note), fix: [['unset', ...names.map(([name]) => name)]] };
}

function untrusted(about: About, evidence: Evidence): TrustRow {
  const { platform, system } = evidence;
  if (system.holds === true) {
    return overridden(about, evidence);
  }
  if (isLeftOut('system', evidence)) {
    return closed(about, skippedByMkcert);
  }
  if (platform === 'linux' && system.anchors === undefined) {
    return closed(
      about,
      'Unknown trust store: create-fastify-wss and mkcert cannot add a CA to it.',
    );
  }
  return { ...closed(about, variablesNote(system, false)), fix: fixOf(evidence) };
}

/** @returns the row of the system's own trust store */
export function systemRow(evidence: Evidence): TrustRow {
  const { platform, system } = evidence;
  const where = system.path === undefined ? {} : { path: system.path };
  const about = { store: 'system', ...(kinds[platform] ?? linux), ...where } as const;
  if (system.holds === undefined) {
    const note = 'This Node.js cannot check it. Adding the CA again is safe.';
    return { ...about, state: 'unknown', note, fix: fixOf(evidence), undo: [] };
  }
  if (opensslTrusts(system) && curlTrusts(system)) {
    const told = noted(variablesNote(system, true));
    return { ...about, state: 'trusted', ...told, fix: [], undo: undoOf(evidence) };
  }
  return untrusted(about, evidence);
}
