import type { TrustRow } from './rows.js';
import type { Evidence, SystemEvidence } from './evidence.js';
import { isFound, systemRow } from './system.js';

/** The first release with a switch in each line of Node.js that has got it later. */
interface Since {
  lines: Record<number, number>;
  /** The first major release in which all have it. */
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

/** With `--use-openssl-ca`: Node.js has no file of its own, and a folder is looked up by hashes. */
function opensslHolds({ folderHolds, variables }: SystemEvidence): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return isFound(file ?? { holds: false }, folder?.holds ?? folderHolds);
}

/** With `--use-system-ca`: each certificate of the file and of all files in the folder is taken. */
function systemHolds({ holds, folderHolds, variables }: SystemEvidence): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return file?.holds === true || (folder?.holds ?? (holds === true || folderHolds));
}

/** Whether the system vouches, for each of the ways in which a Node.js is told to read it. */
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

/** Both files in one, so that a user's own authorities are kept. */
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
    // Whatever adds the CA to the system's list adds it here.
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
    'Judged for the Node.js that runs this.',
    ...(trusted
      ? []
      : [
          readings(evidence).length > 0
            ? 'It reads the system, which does not trust the CA.'
            : "It does not read the system's list.",
        ]),
    ...(own && !trusted ? [`NODE_EXTRA_CA_CERTS names ${extra.path}, which lacks the CA.`] : []),
    ...(extra?.readable === false
      ? [`NODE_EXTRA_CA_CERTS names ${extra.path}, which cannot be read.`]
      : []),
    ...(verificationDisabled
      ? ['NODE_TLS_REJECT_UNAUTHORIZED=0: it verifies nothing at all.']
      : []),
  ].join(' ');
}

/** @returns the row of the Node.js that runs us, as a client */
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
