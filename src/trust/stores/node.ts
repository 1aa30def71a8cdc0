import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { containsCa, type CaCertificate } from '../certificate.js';
import { readText } from '../files.js';
import type { TrustStore } from '../store.js';
import { isFound, readSystemLists, type NamedList, type SystemLists } from '../system-lists.js';
import type { Machine } from '../table/machine.js';
import type { StoreRow } from '../table/row.js';
import { systemRow } from './system.js';

/** What decides which CAs Node.js trusts. */
export interface NodeEvidence {
  version: string;
  /** What `NODE_EXTRA_CA_CERTS` names. */
  extra?: NamedList & { readable: boolean };
  /** `NODE_OPTIONS`, as it is set. */
  options: string;
  /** `NODE_USE_SYSTEM_CA` is 1. */
  useSystem: boolean;
  /** `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  verificationDisabled: boolean;
  /** The path for a file that joins two lists of CAs. */
  joined: string;
  /** The system's lists. Absent if none of these variables is set: then it has no use for them. */
  system?: SystemLists;
}

async function query(ca: CaCertificate): Promise<NodeEvidence> {
  const { env, versions } = process;
  const { NODE_EXTRA_CA_CERTS: named = '', NODE_OPTIONS: options = '' } = env;
  const useSystem = env['NODE_USE_SYSTEM_CA'] === '1';
  const path = resolve(named);
  const text = readText(path);
  const extra = { path, readable: text !== undefined, hasCa: containsCa(text, ca) };
  return {
    version: versions.node,
    ...(named === '' ? {} : { extra }),
    options,
    useSystem,
    verificationDisabled: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    joined: join(homedir(), 'node-extra-ca-certs.pem'),
    ...(named === '' && options === '' && !useSystem ? {} : { system: await readSystemLists(ca) }),
  };
}

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
function opensslHasCa({ folderHasCa, variables }: SystemLists): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return isFound(file ?? { hasCa: false }, folder?.hasCa ?? folderHasCa);
}

/** With `--use-system-ca`: every certificate in the file and in all files of the folder counts. */
function systemHasCa({ hasCa, folderHasCa, variables }: SystemLists): boolean {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folder } = variables;
  return file?.hasCa === true || (folder?.hasCa ?? (hasCa === true || folderHasCa));
}

/** Whether the system's store has the CA, for each way in which this Node.js reads it. */
function readings({ version, options, useSystem, system }: NodeEvidence): boolean[] {
  if (system === undefined) {
    return [];
  }
  const words = options.split(/\s+/);
  const flag = words.includes('--use-system-ca') && has(version, systemFlag);
  const variable = useSystem && has(version, systemVariable);
  return [
    ...(words.includes('--use-openssl-ca') ? [opensslHasCa(system)] : []),
    ...(flag || variable ? [systemHasCa(system)] : []),
  ];
}

function setting(name: string, value: string, platform: string): string[] {
  return platform === 'win32' ? ['setx', name, value] : ['export', `${name}=${value}`];
}

/** Joins the user's own CAs with this one in a new file. */
function joining(own: string, joined: string, { platform, ca }: Machine): string[][] {
  const script =
    "const fs=require('fs');const [to,...all]=process.argv.slice(1);" +
    "fs.writeFileSync(to,all.map((path)=>fs.readFileSync(path,'utf8')).join('\\n'))";
  const command =
    platform === 'win32'
      ? ['node', '-e', script, joined, own, ca.path]
      : ['sh', '-c', 'awk 1 "$1" "$2" >"$0"', joined, own, ca.path];
  return [command, setting('NODE_EXTRA_CA_CERTS', joined, platform)];
}

function fixOf(evidence: NodeEvidence, machine: Machine): string[][] {
  const { version, extra, options, joined, system } = evidence;
  const { platform, ca } = machine;
  if (extra?.readable !== true || system === undefined) {
    return [setting('NODE_EXTRA_CA_CERTS', ca.path, platform)];
  }
  if (extra.path === system.path) {
    // The fix for the system's list also fixes this.
    return systemRow(system, machine).fix;
  }
  const shared = systemHasCa(system);
  if (shared && has(version, systemVariable)) {
    return [setting('NODE_USE_SYSTEM_CA', '1', platform)];
  }
  if (shared && has(version, systemFlag)) {
    const both = `${options} --use-system-ca`.trim();
    return [setting('NODE_OPTIONS', both, platform)];
  }
  return joining(extra.path, joined, machine);
}

function noteOf(evidence: NodeEvidence, trusted: boolean, platform: string): string {
  const { extra, verificationDisabled } = evidence;
  const reads = readings(evidence).length > 0;
  const notes: [boolean, string][] = [
    [true, 'Checked for the Node.js that runs this command.'],
    [!trusted && reads, "It reads the system's trust store, which does not have the CA."],
    [!trusted && !reads, "It does not read the system's trust store."],
    [
      !trusted && extra?.readable === true,
      `NODE_EXTRA_CA_CERTS is ${extra?.path}, which does not contain the CA.`,
    ],
    [extra?.readable === false, `NODE_EXTRA_CA_CERTS is ${extra?.path}, which cannot be read.`],
    [!trusted && platform === 'win32', 'Only a new terminal has a variable that setx sets.'],
    [verificationDisabled, 'NODE_TLS_REJECT_UNAUTHORIZED=0: it does not verify certificates.'],
  ];
  return notes.flatMap(([holds, note]) => (holds ? [note] : [])).join(' ');
}

function nodeRow(evidence: NodeEvidence, machine: Machine): StoreRow {
  const { version, extra } = evidence;
  const trusted = extra?.hasCa === true || readings(evidence).includes(true);
  return {
    title: `Node.js ${version}`,
    clients: 'fetch, ws and other clients in Node.js',
    state: trusted ? 'trusted' : 'not-trusted',
    ...(extra?.hasCa === true ? { path: extra.path } : {}),
    note: noteOf(evidence, trusted, machine.platform),
    fix: trusted ? [] : fixOf(evidence, machine),
    undo: [],
  };
}

/** The running Node.js, as a client. */
export const node: TrustStore<NodeEvidence> = {
  name: 'node',
  installer: 'environment',
  usedBy: ['node'],
  query,
  rows: (evidence, machine) => [nodeRow(evidence, machine)],
};
