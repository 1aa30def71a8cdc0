import type { TrustRow, TrustState } from './rows.js';
import type { Authority, Database, DatabaseAnswer, Evidence } from './evidence.js';
import { installTool, isLeftOut, skippedByMkcert, stateOf } from './tools.js';

const clients: Record<Database['browser'], string> = {
  chromium: 'Chromium, Chrome, Edge, Brave, Vivaldi',
  firefox: 'Firefox',
};

const states: Record<DatabaseAnswer, TrustState> = {
  trusted: 'trusted',
  absent: 'not-trusted',
  distrusted: 'not-trusted',
  other: 'not-trusted',
  none: 'not-trusted',
  unasked: 'unknown',
  unreadable: 'unknown',
};

const notes: Partial<Record<DatabaseAnswer, string>> = {
  distrusted: 'The database has the CA, marked as not trusted.',
  other: "In the database, another certificate has the CA's name.",
  none: 'There is no database yet.',
  unasked: 'Only certutil can read it, which is not installed.',
  unreadable: 'certutil cannot read it',
};

const noCertutil =
  'certutil is not installed. Install libnss3-tools on Debian, nss-tools on Fedora, or nss elsewhere.';

function noteOf({ answer, said = '', hides }: Database): string[] {
  const note = notes[answer];
  const because = answer === 'unreadable' ? `: ${said === '' ? 'no answer' : said}` : '';
  const hidden = hides === undefined ? [] : [`Chromium reads this database instead of ${hides}.`];
  return [...(note === undefined ? [] : [note + because]), ...hidden];
}

/** The commands that add the CA to a database; certutil creates a missing one. */
function adding({ folder, exists, answer }: Database, { path, name }: Authority): string[][] {
  const database = ['-d', `sql:${folder}`];
  return [
    ...(exists ? [] : [['mkdir', '-p', '-m', '700', folder]]),
    ...(answer === 'other' ? [['certutil', '-D', ...database, '-n', name]] : []),
    ['certutil', '-A', ...database, '-t', 'C,,', '-n', name, '-i', path],
  ];
}

/** @returns the command that removes the CA from a database */
export function removing({ folder, name }: { folder: string; name: string }): string[] {
  return ['certutil', '-D', '-d', `sql:${folder}`, '-n', name];
}

function databaseRow(database: Database, evidence: Evidence): TrustRow {
  const { browser, title, folder, answer } = database;
  const { authority, tools } = evidence;
  const name = database.name ?? authority.name;
  const state = states[answer];
  const skipped = state !== 'trusted' && isLeftOut('nss', evidence);
  const lacking = state !== 'trusted' && !skipped && installTool('certutil', tools).length === 0;
  const missing = lacking && !tools.certutil ? [noCertutil] : [];
  const note = [...noteOf(database), ...missing, ...(skipped ? [skippedByMkcert] : [])].join(' ');
  const fix = [...installTool('certutil', tools), ...adding(database, authority)];
  return {
    store: browser,
    title,
    clients: clients[browser],
    state,
    path: folder,
    ...(note === '' ? {} : { note }),
    fix: state === 'trusted' || skipped ? [] : fix,
    undo: state === 'trusted' ? [removing({ folder, name })] : [],
  };
}

const titles: Record<Database['browser'], string> = { chromium: 'Chromium', firefox: 'Firefox' };

/** A browser without a database: not installed, or not started yet. */
function missingRow(browser: Database['browser'], { browsers }: Evidence): TrustRow {
  const note = 'It has no profile yet: start it once, then check again.';
  return {
    store: browser,
    title: titles[browser],
    clients: clients[browser],
    state: 'not-present',
    ...(browsers.includes(browser) ? { note } : {}),
    fix: [],
    undo: [],
  };
}

/** On macOS and Windows, browsers trust what the system trusts. */
function takenOver({ system }: Evidence): TrustRow {
  return {
    store: 'firefox',
    title: 'Firefox',
    clients: clients.firefox,
    state: stateOf(system.holds),
    note: 'Firefox 120 and later also trust CAs that the user added to the system, unless their settings forbid it.',
    fix: [],
    undo: [],
  };
}

/** @returns the rows of browsers with their own trust store */
export function databaseRows(evidence: Evidence): TrustRow[] {
  if (evidence.platform !== 'linux') {
    return [takenOver(evidence)];
  }
  return (['chromium', 'firefox'] as const).flatMap((browser) => {
    const own = evidence.databases.filter((database) => database.browser === browser);
    return own.length === 0
      ? [missingRow(browser, evidence)]
      : own.map((database) => databaseRow(database, evidence));
  });
}
