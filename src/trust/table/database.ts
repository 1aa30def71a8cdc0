import { installTool, isSkipped, skippedByMkcert, type Ca, type Machine } from './machine.js';
import type { StoreRow } from './row.js';

/** An NSS database of a browser on Linux. */
export interface NssDatabase {
  title: string;
  folder: string;
  /** Another database that is not read because of this one. */
  ignored?: string;
  /**
   * The folder of the browser's own NSS. NSS 3.125 stores trust in objects that NSS 3.87 does not see,
   * so only the browser's own version reads and writes what the browser reads.
   */
  library?: string;
}

/** @returns the words of certutil, which uses the browser's own NSS if there is one */
export function certutilOf({ library }: Pick<NssDatabase, 'library'>): string[] {
  return library === undefined ? ['certutil'] : ['env', `LD_LIBRARY_PATH=${library}`, 'certutil'];
}

/** What certutil says about the CA in an NSS database. */
const answers = {
  trusted: { state: 'trusted', note: '' },
  absent: { state: 'not-trusted', note: '' },
  distrusted: { state: 'not-trusted', note: 'The database has the CA, marked as not trusted.' },
  policy: { state: 'trusted', note: '' },
  forbidden: { state: 'not-trusted', note: '' },
  unsure: {
    state: 'unknown',
    note: "The database has the CA. Only the browser's certificate manager shows whether it is trusted.",
  },
  other: {
    state: 'not-trusted',
    note: "In the database, another certificate has the CA's name.",
  },
  none: { state: 'not-trusted', note: 'There is no database yet.' },
  unasked: { state: 'unknown', note: 'Only certutil can read it, which is not installed.' },
  unreadable: { state: 'unknown', note: 'certutil cannot read it' },
} as const;

/** A database after certutil was asked. */
export interface QueriedDatabase extends NssDatabase {
  /** Whether the folder exists. */
  exists: boolean;
  answer: keyof typeof answers;
  /** The name of the CA in the database. */
  name?: string;
  /** What certutil printed when it failed. */
  output?: string;
  /** The policy that adds the CA, or forbids to trust it. */
  policy?: string;
}

/** A browser with NSS databases. */
export interface BrowserEvidence {
  databases: QueriedDatabase[];
  /** Whether the browser is on PATH, with or without a database. */
  installed: boolean;
}

const policyEffects: Partial<Record<QueriedDatabase['answer'], string>> = {
  policy: 'adds the CA when the browser starts.',
  forbidden: 'makes a browser ignore the CA. Change the policy.',
};

const noCertutil =
  'certutil is not installed. Install libnss3-tools on Debian, nss-tools on Fedora, or nss elsewhere.';

function noteOf({ answer, output = '', ignored, policy }: QueriedDatabase): string[] {
  const { note } = answers[answer];
  const because = answer === 'unreadable' ? `: ${output === '' ? 'no answer' : output}` : '';
  return [
    note + because,
    policy === undefined ? '' : `The policy in ${policy} ${policyEffects[answer] ?? ''}`,
    ignored === undefined ? '' : `Chromium reads this database instead of ${ignored}.`,
  ];
}

/** @returns the command that adds a CA to a database */
export function addingTo(database: NssDatabase, { name, path }: Pick<Ca, 'name' | 'path'>) {
  const place = ['-d', `sql:${database.folder}`];
  return [...certutilOf(database), '-A', ...place, '-t', 'C,,', '-n', name, '-i', path];
}

/** @returns the command that creates the folder of a database, in which certutil creates that */
export function creating({ folder, exists }: Pick<QueriedDatabase, 'folder' | 'exists'>) {
  return exists ? [] : [['mkdir', '-p', '-m', '700', folder]];
}

/** The commands that add the CA to a database. */
function adding(queried: QueriedDatabase, ca: Ca): string[][] {
  const { folder, answer } = queried;
  const certutil = certutilOf(queried);
  const database = ['-d', `sql:${folder}`];
  return [
    ...creating(queried),
    ...(answer === 'other' ? [[...certutil, '-D', ...database, '-n', ca.name]] : []),
    addingTo(queried, ca),
  ];
}

function databaseRow(database: QueriedDatabase, machine: Machine): Omit<StoreRow, 'clients'> {
  const { title, folder, answer } = database;
  const { ca, tools } = machine;
  const { state } = answers[answer];
  const skipped = state !== 'trusted' && isSkipped('nss', machine);
  const lacking = state !== 'trusted' && !skipped && installTool('certutil', tools).length === 0;
  const missing = lacking && !tools.certutil ? noCertutil : '';
  const notes = [...noteOf(database), missing, skipped ? skippedByMkcert : ''];
  const note = notes.filter((each) => each !== '').join(' ');
  // The browser would ignore what certutil adds.
  const isIgnored = answer === 'unsure' || answer === 'forbidden';
  const adds = state !== 'trusted' && !isIgnored && !skipped;
  const fix = [...installTool('certutil', tools), ...adding(database, ca)];
  const name = database.name ?? ca.name;
  const undo = [...certutilOf(database), '-D', '-d', `sql:${folder}`, '-n', name];
  return {
    title,
    state,
    path: folder,
    ...(note === '' ? {} : { note }),
    fix: adds ? fix : [],
    ...(answer === 'other' ? { replaces: true } : {}),
    undo: answer === 'trusted' ? [undo] : [],
  };
}

interface Browser extends BrowserEvidence, Pick<StoreRow, 'title' | 'clients'> {}

/** @returns the rows of a browser with NSS databases; without one, it is missing or was never started */
export function browserRows(browser: Browser, machine: Machine): StoreRow[] {
  const { title, clients, databases, installed } = browser;
  const note = 'It has no profile yet: start it once, then check again.';
  const missing: StoreRow = { title, clients, state: 'not-present', fix: [], undo: [] };
  return databases.length === 0
    ? [installed ? { ...missing, note } : missing]
    : databases.map((database) => Object.assign({ clients }, databaseRow(database, machine)));
}
