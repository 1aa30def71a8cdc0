import { checkOrigin } from '../core/checks.js';
import {
  mostIdle,
  mostTimeout,
  usualTimeout,
  type DoctorControls,
} from '../core/doctor-controls.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { parseUrl } from '../core/hosts.js';
import { shown } from '../core/shown.js';
import { readToken, usageError } from './read-token.js';
import { doctorFlags, tokensOf } from './words.js';

/** What the command line of `doctor` says. */
export interface TypedDoctor {
  /** A `ws:` or `wss:` URL; undefined if none was typed. */
  url: URL | undefined;
  controls: Partial<DoctorControls> & Pick<DoctorControls, 'timeout'>;
}

function invalid(what: string, { message, fix }: InvalidValue): UserError {
  return new UserError(`${what}: ${message}`, fix, { code: 'invalid-value', stage: 'arguments' });
}

const example = 'wss://HOST:PORT/PATH';

/** Proposes wss:// for a URL without a scheme. */
function meant(text: string): string {
  const guess = text.includes('//') ? undefined : parseUrl(`wss://${text}`);
  return guess === undefined ? `Write ${example}.` : `Did you mean ${guess.href}?`;
}

/** @returns the text without user name and password, which must not be printed */
function masked(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

/** @throws InvalidValue for anything but a socket URL */
function readUrl(text: string): URL {
  // The URL of a page means a socket of the same server.
  const url = parseUrl(text.replace(/^http(s?):/i, 'ws$1:'));
  if (url === undefined || !['ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    throw new InvalidValue(`${shown(masked(text))} is not a WebSocket URL.`, meant(masked(text)));
  }
  // Browsers do not send these in a handshake, and they must not be printed.
  url.username = '';
  url.password = '';
  if (url.hash !== '') {
    url.hash = '';
    throw new InvalidValue(
      `${shown(masked(text))} has a #fragment, which WebSocket URLs cannot have.`,
      `Write ${url.href}`,
    );
  }
  return url;
}

/** @throws InvalidValue for anything but the URL of a page */
function readPage(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    const form = 'Write https://HOST:PORT/PATH.';
    throw new InvalidValue(`${shown(masked(text))} is not the URL of a page.`, form);
  }
  url.username = '';
  url.password = '';
  return url.href;
}

/** @throws InvalidValue for anything but a number of seconds within the limit */
function readSeconds(text: string, most: number): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || seconds <= 0 || seconds > most) {
    throw new InvalidValue(
      `${shown(text)} is not a valid number of seconds.`,
      `Write a number above 0 and up to ${most}.`,
    );
  }
  return seconds;
}

/** The parser of each value. */
const readers: Record<string, (text: string) => unknown> = {
  origin: (text) => {
    // Pages from files and sandboxed frames have the origin null.
    if (/^file:/i.test(text)) {
      const fix = 'Write null: browsers send that for pages from files.';
      throw new InvalidValue(`${shown(text)} is not an origin.`, fix);
    }
    if (text !== 'null') {
      checkOrigin(text);
    }
    return text;
  },
  page: readPage,
  idle: (text) => readSeconds(text, mostIdle),
  timeout: (text) => readSeconds(text, mostTimeout),
};

/** @throws UserError with the name of the option */
function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidValue ? invalid(what, error) : error;
  }
}

/**
 * Reads the command line after `doctor`.
 * @returns only what was typed, checked, and always a time limit
 * @throws UserError for unknown options and for values that an option does not accept
 */
export function parseDoctorArguments(argv: string[]): TypedDoctor {
  const tokens = tokensOf(argv, doctorFlags);
  const typed = tokens.flatMap((token) => (token.kind === 'option' ? token : []));
  const values = typed.map((token) => {
    const { flag, value } = readToken(token, doctorFlags);
    const read = readers[flag.name];
    const known =
      read === undefined ? value : reading(token.rawName, () => read(String(value).trim()));
    return [flag.name, known] as const;
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  const [text, ...extra] = words;
  if (extra.length > 0) {
    throw usageError(
      `Only one URL is allowed, not also ${extra.map(shown).join(', ')}.`,
      'Put a URL with & in quotes, and begin flags with --.',
    );
  }
  return {
    url: text === undefined ? undefined : reading('[url]', () => readUrl(text.trim())),
    controls: { timeout: usualTimeout, ...Object.fromEntries(values) },
  };
}
