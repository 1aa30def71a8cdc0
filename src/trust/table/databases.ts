import type { TrustRow, TrustState } from './rows.js';
import type { Authority, Database, DatabaseAnswer, Evidence } from './evidence.js';
import { getting, isLeftOut, leftOut, stateOf } from './tools.js';

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
  distrusted: 'The CA is in it, marked as not trusted.',
  other: "Another certificate has the CA's name in it.",
  none: 'There is no database yet.',
  unasked: 'Only certutil can read it, and that is not installed.',
  unreadable: 'certutil cannot read it',
};

const noCertutil =
  'certutil is not installed: it is in libnss3-tools on Debian, in nss-tools on Fedora, else in nss.';

function noteOf({ answer, said = '', hides }: Database): string[] {
  const note = notes[answer];
  const because = answer === 'unreadable' ? `: ${said === '' ? 'no answer' : said}` : '';
  const hidden = hides === undefined ? [] : [`${hides} is not read: this one comes before it.`];
  return [...(note === undefined ? [] : [note + because]), ...hidden];
}

/** The commands that put the CA into a database; certutil makes one where there is none. */
function adding({ folder, exists, answer }: Database, { path, name }: Authority): string[][] {
  const database = ['-d', `sql:${folder}`];
  return [
    ...(exists ? [] : [['mkdir', '-p', '-m', '700', folder]]),
    ...(answer === 'other' ? [['certutil', '-D', ...database, '-n', name]] : []),
    ['certutil', '-A', ...database, '-t', 'C,,', '-n', name, '-i', path],
  ];
}

/** @returns the command that takes the CA out of a database */
export function removing({ folder, name }: { folder: string; name: string }): string[] {
  return ['certutil', '-D', '-d', `sql:${folder}`, '-n', name];
}

function databaseRow(database: Database, evidence: Evidence): TrustRow {
  const { browser, title, folder, answer } = database;
  const { authority, tools } = evidence;
  const name = database.name ?? authority.name;
  const state = states[answer];
  const skipped = state !== 'trusted' && isLeftOut('nss', evidence);
  const lacking = state !== 'trusted' && !skipped && getting('certutil', tools).length === 0;
  const missing = lacking && !tools.certutil ? [noCertutil] : [];
  const note = [...noteOf(database), ...missing, ...(skipped ? [leftOut] : [])].join(' ');
  const fix = [...getting('certutil', tools), ...adding(database, authority)];
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

/** A browser that has no database: not installed, or one that makes it when it is started. */
function missingRow(browser: Database['browser'], { browsers }: Evidence): TrustRow {
  const note = 'It has no profile yet: start it once, then look again.';
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

/** On macOS and Windows browsers take what the system trusts. */
function takenOver({ system }: Evidence): TrustRow {
  return {
    store: 'firefox',
    title: 'Firefox',
    clients: clients.firefox,
    state: stateOf(system.holds),
    note: "From version 120 on it takes over what the system's user added, unless its settings forbid that.",
    fix: [],
    undo: [],
  };
}

/** @returns the rows of browsers that have a list of their own */
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
