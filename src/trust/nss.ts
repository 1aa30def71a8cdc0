import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  certutilOf,
  type BrowserEvidence,
  type NssDatabase,
  type QueriedDatabase,
} from './table/database.js';
import { findProgram } from '../io/programs.js';
import { containsCa, type CaCertificate } from './certificate.js';
import { isFolder } from './files.js';
import { runProbe } from './run-certutil.js';

/** @returns whether any of these programs is on PATH */
export function isInstalled(programs: string[]): boolean {
  return programs.some((name) => findProgram(name) !== undefined);
}

/** @returns whether a folder has an NSS database */
export function hasDatabase(folder: string): boolean {
  return existsSync(join(folder, 'cert9.db'));
}

type Answer = Pick<QueriedDatabase, 'answer' | 'name' | 'output'>;

function lastLine(output: string): string {
  return (output.trim().split('\n').at(-1) ?? '').replace(/^certutil: /, '');
}

/** The lines of `certutil -L`: names with their trust flags. */
function entriesOf(listing: string): { name: string; flags: string }[] {
  return listing.split('\n').flatMap((line) => {
    const [, name, flags] = /^(\S.*?)\s+([a-zA-Z]*),[a-zA-Z]*,[a-zA-Z]*\s*$/.exec(line) ?? [];
    return name === undefined || flags === undefined ? [] : [{ name, flags }];
  });
}

/** Asks certutil about a database. */
function ask({ folder, ...database }: NssDatabase, [what = '', ...words]: string[]) {
  return runProbe([...certutilOf(database), what, '-d', `sql:${folder}`, ...words]);
}

async function hasCertificate(
  database: NssDatabase,
  name: string,
  ca: CaCertificate,
): Promise<boolean> {
  const { ok, stdout } = await ask(database, ['-L', '-n', name, '-a']);
  return ok && containsCa(stdout, ca);
}

/** A database contains a certificate only once, with the name that it was first added with. */
async function nameIn(
  database: NssDatabase,
  names: string[],
  ca: CaCertificate,
): Promise<string | undefined> {
  const likely = [...names].toSorted(
    (one, other) => Number(other === ca.name) - Number(one === ca.name),
  );
  for (const name of likely) {
    // oxlint-disable-next-line no-await-in-loop -- certutil locks the database, and most have one name
    if (await hasCertificate(database, name, ca)) {
      return name;
    }
  }
  return undefined;
}

async function answerOf(database: NssDatabase, ca: CaCertificate): Promise<Answer> {
  const listing = await ask(database, ['-L']);
  if (!listing.ok) {
    return { answer: 'unreadable', output: lastLine(listing.output) };
  }
  const names = entriesOf(listing.stdout).map(({ name }) => name);
  const name = await nameIn(database, names, ca);
  if (name === undefined) {
    return { answer: names.includes(ca.name) ? 'other' : 'absent' };
  }
  const verify = ['-V', '-u', 'L', '-n', name];
  return { answer: (await ask(database, verify)).ok ? 'trusted' : 'distrusted', name };
}

/** Code that another user can change must not run with this user's rights. */
function isSafe(path: string): boolean {
  return [0, process.getuid?.()].includes(statSync(path).uid);
}

interface Readable {
  /** With the browser's own NSS, if it has one. */
  own: NssDatabase;
  /** Whether certutil reads trust as the browser does. */
  isSure: boolean;
}

async function readable(database: NssDatabase): Promise<Readable> {
  const { library, ...rest } = database;
  const file = library === undefined ? undefined : join(library, 'libnss3.so');
  if (library === undefined || file === undefined || !existsSync(file)) {
    // A browser without its own NSS uses the system's, as certutil does.
    return { own: rest, isSure: library === undefined || isFolder(library) };
  }
  const works = isSafe(file) && (await ask(database, ['-L'])).ok;
  return works ? { own: database, isSure: true } : { own: rest, isSure: false };
}

async function queryDatabase(database: NssDatabase, ca: CaCertificate): Promise<QueriedDatabase> {
  const { folder } = database;
  const about = { ...database, exists: isFolder(folder) };
  if (!hasDatabase(folder)) {
    return { ...about, answer: 'none' };
  }
  if (findProgram('certutil') === undefined) {
    return { ...about, answer: 'unasked' };
  }
  const { own, isSure } = await readable(database);
  const found = await answerOf(own, ca);
  const isVague = !isSure && ['trusted', 'distrusted'].includes(found.answer);
  return { ...own, exists: about.exists, ...found, ...(isVague ? { answer: 'unsure' } : {}) };
}

interface Browser {
  databases: NssDatabase[];
  programs: string[];
}

/** @returns what the databases of a browser say about the CA; only Linux uses them */
export async function queryBrowser(
  { databases, programs }: Browser,
  ca: CaCertificate,
): Promise<BrowserEvidence> {
  const used = process.platform === 'linux' ? databases : [];
  const queried = await Promise.all(used.map((database) => queryDatabase(database, ca)));
  return { databases: queried, installed: isInstalled(programs) };
}

/** A trusted certificate in a database, with certutil's flags: `C` for a CA, `P` for a server. */
export interface TrustedCertificate {
  flags: string;
  pem: string;
}

/** @returns the certificates that a database trusts for servers; undefined if it cannot be read */
export async function trustedCertificates(
  database: NssDatabase,
): Promise<TrustedCertificate[] | undefined> {
  if (!hasDatabase(database.folder)) {
    return [];
  }
  const { own, isSure } = await readable(database);
  const listing = await ask(own, ['-L']);
  const trusted = entriesOf(listing.stdout).filter(({ flags }) => /[CP]/.test(flags));
  const certificates: TrustedCertificate[] = [];
  for (const { name, flags } of trusted) {
    // oxlint-disable-next-line no-await-in-loop -- certutil locks the database
    const { stdout } = await ask(own, ['-L', '-n', name, '-a']);
    certificates.push({ flags, pem: stdout });
  }
  return listing.ok && isSure ? certificates : undefined;
}
