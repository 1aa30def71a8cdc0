import { addedText, failedText, isComplete } from './table/installation.js';
import { isFixable, type TrustRow } from './table/row.js';
import type { Outcome, Run } from '../io/child-process.js';
import { caRoot } from '../ca/ca-root.js';
import { run } from '../io/run.js';
import { findCa } from './certificate.js';
import { checkStores, type Trust } from './check.js';
import { runProbe } from './run-certutil.js';

interface Installing extends Pick<Run, 'cwd' | 'output'> {
  cancel: AbortSignal;
}

/** The result of an installation. */
export interface Installed {
  /** mkcert succeeded, and all stores that it could change trust the CA. */
  ok: boolean;
  /** What was added and how to undo it, or what failed. */
  advice: string;
}

/**
 * mkcert's output is always captured: if mkcert starts sudo, sudo asks for the password directly at the
 * terminal.
 */
function runMkcert({ cwd, output, cancel }: Installing): Promise<Outcome> {
  const env = { CAROOT: caRoot() };
  return run({ command: ['mkcert', '-install'], cwd, output, cancel, env });
}

function whyNoCa({ output }: Outcome): string {
  const reason = failedText({ output, rows: [], failures: [] });
  return reason === '' ? `There is no CA in ${caRoot()}.` : reason;
}

/** A certificate from elsewhere with the CA's name must not be removed. */
function isForCertutil(row: TrustRow): boolean {
  return row.installer === 'certutil' && isFixable(row) && row.replaces !== true;
}

/** Carries out the fix of one database. @returns what certutil printed if it failed */
async function add({ fix }: TrustRow, cancel: AbortSignal): Promise<string | undefined> {
  for (const command of fix) {
    // oxlint-disable-next-line no-await-in-loop -- the folder comes before the database in it
    const { ok, output } = await runProbe(command, cancel);
    if (!ok) {
      return output;
    }
  }
  return undefined;
}

interface Added {
  /** The rows of the changed databases. */
  rows: TrustRow[];
  failures: string[];
}

/** What failed, in words that say what to do. */
function failureText({ title }: TrustRow, output: string): string {
  const isLocked = output.includes('could not authenticate to token');
  return isLocked
    ? `${title} has a primary password. Run its command from the table in a terminal.`
    : `${title}: ${output.trim()}`;
}

/** Adds the CA to the databases of browsers that mkcert does not know or did not reach. */
async function addToDatabases({ rows, tools }: Trust, cancel: AbortSignal): Promise<Added> {
  const open = tools.certutil ? rows.filter(isForCertutil) : [];
  const added: Added = { rows: [], failures: [] };
  for (const row of open) {
    // oxlint-disable-next-line no-await-in-loop -- certutil is given one database at a time
    const failure = await add(row, cancel);
    if (failure === undefined) {
      added.rows.push(row);
    } else {
      added.failures.push(failureText(row, failure));
    }
  }
  return added;
}

/**
 * Runs `mkcert -install`, adds the CA with certutil to the remaining databases of browsers, and checks
 * all of them again.
 * @returns the result; never throws for what the programs do
 */
export async function installTrust(installing: Installing): Promise<Installed> {
  const { cancel } = installing;
  const mkcert = await runMkcert(installing);
  const ca = findCa();
  if (ca === undefined || cancel.aborted) {
    return { ok: false, advice: whyNoCa(mkcert) };
  }
  const added = await addToDatabases(await checkStores(ca), cancel);
  const { rows } = await checkStores(ca);
  const folders = added.rows.map(({ path }) => path);
  const reached = rows.filter(({ path, state }) => folders.includes(path) && state === 'trusted');
  const ok = mkcert.ok && isComplete(rows);
  const advice = ok
    ? addedText(reached)
    : failedText({ output: mkcert.ok ? '' : mkcert.output, rows, failures: added.failures });
  return { ok, advice };
}
