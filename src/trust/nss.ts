import { homedir } from 'node:os';
import type { Database } from './table/evidence.js';
import { findProgram } from '../io/probes.js';
import type { Outcome } from '../io/child.js';
import { run } from '../io/run.js';
import { holds, type Root } from './certificate.js';
import { hasDatabase, type Place } from './databases.js';
import { isFolder } from './files.js';

/** Milliseconds: in some cases, certutil waits for a password forever. */
const limit = 10_000;

/** Runs certutil or a command before it, which never ask questions. */
export function runProbe(command: string[], cancel?: AbortSignal): Promise<Outcome> {
  const cancelling = cancel === undefined ? {} : { cancel };
  return run({ command, cwd: homedir(), output: 'captured', timeout: limit, ...cancelling });
}

type Answer = Pick<Database, 'answer' | 'name' | 'said'>;

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

async function hasCertificate(database: string, name: string, root: Root): Promise<boolean> {
  const { ok, output } = await runProbe(['certutil', '-L', '-d', database, '-n', name, '-a']);
  return ok && holds(output, root);
}

/** A database contains a certificate only once, with the name that it was first added with. */
async function nameIn(database: string, names: string[], root: Root): Promise<string | undefined> {
  const likely = [...names].toSorted(
    (one, other) => Number(other === root.name) - Number(one === root.name),
  );
  for (const name of likely) {
    // oxlint-disable-next-line no-await-in-loop -- certutil locks the database, and most have one name
    if (await hasCertificate(database, name, root)) {
      return name;
    }
  }
  return undefined;
}

async function askedFor(database: string, root: Root): Promise<Answer> {
  const listing = await runProbe(['certutil', '-L', '-d', database]);
  if (!listing.ok) {
    return { answer: 'unreadable', said: lastLine(listing.output) };
  }
  const names = entriesOf(listing.output).map(({ name }) => name);
  const name = await nameIn(database, names, root);
  if (name === undefined) {
    return { answer: names.includes(root.name) ? 'other' : 'absent' };
  }
  const verify = ['certutil', '-V', '-d', database, '-u', 'L', '-n', name];
  return { answer: (await runProbe(verify)).ok ? 'trusted' : 'distrusted', name };
}

/** @returns what a database says about the CA; only reads it */
export async function askDatabase(place: Place, root: Root): Promise<Database> {
  const { folder } = place;
  const about = { ...place, exists: isFolder(folder) };
  if (!hasDatabase(folder)) {
    return { ...about, answer: 'none' };
  }
  if (findProgram('certutil') === undefined) {
    return { ...about, answer: 'unasked' };
  }
  return { ...about, ...(await askedFor(`sql:${folder}`, root)) };
}

/** A trusted certificate in a database, with certutil's flags: `C` for a CA, `P` for a server. */
export interface Voucher {
  flags: string;
  pem: string;
}

/** @returns the certificates that a database trusts for servers; undefined if it cannot be read */
export async function vouchersIn({ folder }: Place): Promise<Voucher[] | undefined> {
  const database = `sql:${folder}`;
  if (!hasDatabase(folder)) {
    return [];
  }
  const listing = await runProbe(['certutil', '-L', '-d', database]);
  const vouching = entriesOf(listing.output).filter(({ flags }) => /[CP]/.test(flags));
  const vouchers: Voucher[] = [];
  for (const { name, flags } of vouching) {
    // oxlint-disable-next-line no-await-in-loop -- certutil locks the database
    const { output } = await runProbe(['certutil', '-L', '-d', database, '-n', name, '-a']);
    vouchers.push({ flags, pem: output });
  }
  return listing.ok ? vouchers : undefined;
}
