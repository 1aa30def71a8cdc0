import type { TrustRow } from './rows.js';
import type { Evidence, SystemEvidence } from './evidence.js';
import { isFound, systemRow } from './system.js';

/** The releases that have a switch: from a minor release on in some lines, then always. */
interface Since {
  lines: Record<number, number>;
  /** The first major release that always has it. */
  all: number;
}

/** `--use-system-ca` (Node.js documentation, "Command-line API"; on Linux from 23.9 on). */
const systemFlag: Since = { lines: { 22: 15, 23: 9 }, all: 24 };
/** `NODE_USE_SYSTEM_CA=1` (the same). */
const systemVariable: Since = { lines: { 22: 19, 24: 6 }, all: 25 };

function has(version: string, { lines, all }: Since): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const from = lines[major];
  return from === undefined ? major >= all : minor >= from;
}

/** With `--use-openssl-ca`: Node.js has no own file, and OpenSSL finds CAs in a folder by hash. */
function opensslHolds({ folderHolds, variables }: SystemEvidence): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return isFound(file ?? { holds: false }, folder?.holds ?? folderHolds);
}

/** With `--use-system-ca`: every certificate in the file and in all files of the folder counts. */
function systemHolds({ holds, folderHolds, variables }: SystemEvidence): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return file?.holds === true || (folder?.holds ?? (holds === true || folderHolds));
}

/** Whether the system's store has the CA, for each way in which this Node.js reads it. */
function readings({ node, system }: Evidence): boolean[] {
  const { version, options, useSystem } = node;
  const words = options.split(/\s+/);
  const flag = words.includes('--use-system-ca') && has(version, systemFlag);
  const variable = useSystem && has(version, systemVariable);
  return [
    ...(words.includes('--use-openssl-ca') ? [opensslHolds(system)] : []),
    ...(flag || variable ? [systemHolds(system)] : []),
  ];
}

function setting(name: string, value: string, platform: string): string[] {
  return platform === 'win32' ? ['setx', name, value] : ['export', `${name}=${value}`];
}

/** Joins both files, to keep the user's own CAs. */
function joining(own: string, path: string, { platform, node }: Evidence): string[][] {
  const script =
    "const fs=require('fs');const [to,...all]=process.argv.slice(1);" +
    "fs.writeFileSync(to,all.map((path)=>fs.readFileSync(path,'utf8')).join('\\n'))";
  const join =
    platform === 'win32'
      ? ['node', '-e', script, node.joined, own, path]
      : ['sh', '-c', 'awk 1 "$1" "$2" >"$0"', node.joined, own, path];
  return [join, setting('NODE_EXTRA_CA_CERTS', node.joined, platform)];
}

function fixOf(evidence: Evidence): string[][] {
  const { node, platform, authority, system } = evidence;
  if (node.extra?.readable !== true) {
    return [setting('NODE_EXTRA_CA_CERTS', authority.path, platform)];
  }
  if (node.extra.path === system.path) {
    // The fix for the system's list also fixes this.
    return systemRow(evidence).fix;
  }
  const shared = systemHolds(system);
  if (shared && has(node.version, systemVariable)) {
    return [setting('NODE_USE_SYSTEM_CA', '1', platform)];
  }
  if (shared && has(node.version, systemFlag)) {
    const options = `${node.options} --use-system-ca`.trim();
    return [setting('NODE_OPTIONS', options, platform)];
  }
  return joining(node.extra.path, authority.path, evidence);
}

function noteOf(evidence: Evidence, trusted: boolean): string {
  const { extra, verificationDisabled } = evidence.node;
  const own = extra?.readable === true && !extra.holds;
  return [
    'Checked for the Node.js that runs this command.',
    ...(trusted
      ? []
      : [
          readings(evidence).length > 0
            ? "It reads the system's trust store, which does not have the CA."
            : "It does not read the system's trust store.",
        ]),
    ...(own && !trusted
      ? [`NODE_EXTRA_CA_CERTS is ${extra.path}, which does not contain the CA.`]
      : []),
    ...(extra?.readable === false
      ? [`NODE_EXTRA_CA_CERTS is ${extra.path}, which cannot be read.`]
      : []),
    ...(verificationDisabled
      ? ['NODE_TLS_REJECT_UNAUTHORIZED=0: it does not verify certificates.']
      : []),
  ].join(' ');
}

/** @returns the row of the running Node.js, as a client */
export function nodeRow(evidence: Evidence): TrustRow {
  const { node } = evidence;
  const byFile = node.extra?.holds === true;
  const trusted = byFile || readings(evidence).includes(true);
  return {
    store: 'node',
    title: `Node.js ${node.version}`,
    clients: 'fetch, ws and other clients in Node.js',
    state: trusted ? 'trusted' : 'not-trusted',
    ...(byFile && node.extra !== undefined ? { path: node.extra.path } : {}),
    note: noteOf(evidence, trusted),
    fix: trusted ? [] : fixOf(evidence),
    undo: [],
  };
}
