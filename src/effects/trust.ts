import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { quoteCommand } from '../core/quote.js';
import { caRoot } from './certs/ca-root.js';
import { nickname } from './certs/certificate.js';
import { findProgram } from './probes.js';
import { run } from './run.js';

/** Where Linux distributions keep the certificates that system tools trust. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

const probeTime = 10_000;

/**
 * Whether nothing is left to do for the system's store: it has the CA, or mkcert is told to leave it.
 * mkcert and the bundles both write PEM in lines of 64 characters, so the texts compare as they are.
 */
function systemTrusts(root: string): boolean {
  const { TRUST_STORES = 'system' } = process.env;
  if (!TRUST_STORES.split(',').includes('system')) {
    return true;
  }
  const bundles = systemBundles.filter((path) => existsSync(path));
  return bundles.some((path) => readFileSync(path, 'utf8').includes(root.trim()));
}

/**
 * The database that Chromium reads: the old folder when there is one, though it be empty, else the
 * one in the XDG data folder (docs/linux/cert_management.md of Chromium). mkcert 1.4.4 knows the old
 * one alone.
 */
function chromiumDatabase(): string {
  const old = join(homedir(), '.pki/nssdb');
  const isFolder = existsSync(old) && statSync(old).isDirectory();
  const dataHome = process.env['XDG_DATA_HOME'] ?? '';
  const xdg = join(dataHome === '' ? join(homedir(), '.local/share') : dataHome, 'pki/nssdb');
  return isFolder ? old : xdg;
}

/** What Chromium lacks, in commands; nothing where it trusts the CA. */
async function chromiumAdvice(root: string, rootPath: string): Promise<string[]> {
  const folder = chromiumDatabase();
  const database = `sql:${folder}`;
  const name = nickname(root);
  const check = ['certutil', '-V', '-d', database, '-u', 'L', '-n', name];
  const found = findProgram('certutil') !== undefined;
  const answer = {
    command: check,
    cwd: homedir(),
    output: 'captured',
    timeout: probeTime,
  } as const;
  if (found && existsSync(folder) && (await run(answer)).ok) {
    return [];
  }
  const add = ['certutil', '-A', '-d', database, '-t', 'C,,', '-n', name, '-i', rootPath];
  return [
    ...(found ? [] : ['sudo apt-get install libnss3-tools']),
    ...(existsSync(folder) ? [] : [quoteCommand(['mkdir', '-p', folder])]),
    quoteCommand(add),
  ];
}

/** Whether the clients of this machine trust mkcert's CA, looked up store by store. */
export interface Trust {
  /** The CA's certificate, for clients that are told of it by path. */
  root: string;
  /** Undefined where the store is not looked up. */
  system?: boolean;
  /** Commands that make Chromium trust the CA; empty where it does. */
  chromium?: string[];
}

/** Who vouches for certificates. */
interface Authorities {
  /** In words. */
  whose: string;
  /** Their certificates in PEM; absent for those that Node knows by itself. */
  ca?: string;
}

/** @returns the lists by which clients of this machine may trust a certificate; Node's own is the last */
export function authorities(): Authorities[] {
  const files: [string, string][] = [
    ["mkcert's CA", join(caRoot(), 'rootCA.pem')],
    ...systemBundles.map((path): [string, string] => ["this system's list", path]),
  ];
  const there = files.filter(([, path]) => existsSync(path));
  return [
    ...there.map(([whose, path]) => ({ whose, ca: readFileSync(path, 'utf8') })),
    { whose: "Node's list" },
  ];
}

/** @returns what trusts mkcert's CA; nothing where there is no CA yet */
export async function checkTrust(): Promise<Trust | undefined> {
  const path = join(caRoot(), 'rootCA.pem');
  if (!existsSync(path)) {
    return undefined;
  }
  if (process.platform !== 'linux') {
    return { root: path };
  }
  const root = readFileSync(path, 'utf8');
  // Chromium's part of the advice is worth its time only where the rest is done.
  return systemTrusts(root)
    ? { root: path, system: true, chromium: await chromiumAdvice(root, path) }
    : { root: path, system: false };
}
