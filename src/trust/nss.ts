import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserEvidence, NssDatabase, QueriedDatabase } from './table/database.js';
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

async function hasCertificate(database: string, name: string, ca: CaCertificate): Promise<boolean> {
  const { ok, stdout } = await runProbe(['certutil', '-L', '-d', database, '-n', name, '-a']);
  return ok && containsCa(stdout, ca);
}

/** A database contains a certificate only once, with the name that it was first added with. */
async function nameIn(
  database: string,
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

async function answerOf(database: string, ca: CaCertificate): Promise<Answer> {
  const listing = await runProbe(['certutil', '-L', '-d', database]);
  if (!listing.ok) {
    return { answer: 'unreadable', output: lastLine(listing.output) };
  }
  const names = entriesOf(listing.stdout).map(({ name }) => name);
  const name = await nameIn(database, names, ca);
  if (name === undefined) {
    return { answer: names.includes(ca.name) ? 'other' : 'absent' };
  }
  const verify = ['certutil', '-V', '-d', database, '-u', 'L', '-n', name];
  return { answer: (await runProbe(verify)).ok ? 'trusted' : 'distrusted', name };
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
  return { ...about, ...(await answerOf(`sql:${folder}`, ca)) };
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
export async function trustedCertificates({
  folder,
}: NssDatabase): Promise<TrustedCertificate[] | undefined> {
  const database = `sql:${folder}`;
  if (!hasDatabase(folder)) {
    return [];
  }
  const listing = await runProbe(['certutil', '-L', '-d', database]);
  const trusted = entriesOf(listing.stdout).filter(({ flags }) => /[CP]/.test(flags));
  const certificates: TrustedCertificate[] = [];
  for (const { name, flags } of trusted) {
    // oxlint-disable-next-line no-await-in-loop -- certutil locks the database
    const { stdout } = await runProbe(['certutil', '-L', '-d', database, '-n', name, '-a']);
    certificates.push({ flags, pem: stdout });
  }
  return listing.ok ? certificates : undefined;
}
