import { commonRows, type Row, type Typed } from '../command/command.js';
import { reading, usageError } from '../command/parse.js';
import { checkOrigin } from '../options/checks.js';
import { InvalidValue } from '../core/errors.js';
import { parseUrl } from '../core/hosts.js';
import { shown } from '../core/shown.js';

/** The longest that a stage may take, in seconds. */
const mostTimeout = 60;
/** The longest that silent sockets are watched, in seconds: an hour. */
const mostIdle = 3600;
/** What a stage may take by default, in seconds. */
const usualTimeout = 5;

/** What the command line of `doctor` says. Times are in seconds. */
export interface TypedDoctor {
  /** A `ws:` or `wss:` URL; absent where none was typed. */
  url: URL | undefined;
  controls: {
    origin?: string;
    caFile?: string;
    page?: string;
    idle?: number;
    timeout: number;
    json?: boolean;
    verbose?: boolean;
  };
}

const example = 'wss://HOST:PORT/PATH';

/** A scheme that is missing is the one of a secure socket, in what is proposed. */
function meant(text: string): string {
  const guess = text.includes('//') ? undefined : parseUrl(`wss://${text}`);
  return guess === undefined ? `Write ${example}.` : `Did you mean ${guess.href}?`;
}

/** @returns the text without a name and a password, which are not to be printed */
function masked(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

/** @throws InvalidValue for what is no address of a socket */
function readUrl(text: string): URL {
  // A page's address stands for a socket of the same server.
  const url = parseUrl(text.replace(/^http(s?):/i, 'ws$1:'));
  if (url === undefined || !['ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    throw new InvalidValue(`${shown(masked(text))} is no URL of a socket.`, meant(masked(text)));
  }
  // Browsers send neither with a handshake, and neither is to be printed.
  url.username = '';
  url.password = '';
  if (url.hash !== '') {
    url.hash = '';
    throw new InvalidValue(
      `${shown(masked(text))} has a part behind #, which no socket can have.`,
      `Write ${url.href}`,
    );
  }
  return url;
}

/** @throws InvalidValue for what is no address of a page */
function readPage(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    const form = 'Write https://HOST:PORT/PATH.';
    throw new InvalidValue(`${shown(masked(text))} is no URL of a page.`, form);
  }
  url.username = '';
  url.password = '';
  return url.href;
}

/** @throws InvalidValue for what is no number of seconds within the limit */
function readSeconds(text: string, most: number): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || seconds <= 0 || seconds > most) {
    throw new InvalidValue(
      `${shown(text)} is no number of seconds that can be waited.`,
      `Write a number above 0 and up to ${most}.`,
    );
  }
  return seconds;
}

/** @throws InvalidValue for what no browser sends as an origin */
function readOrigin(text: string): string {
  // Pages from files and sandboxed frames have the origin null.
  if (/^file:/i.test(text)) {
    const fix = 'Write null, as browsers do for pages from files.';
    throw new InvalidValue(`${shown(text)} is not an origin.`, fix);
  }
  if (text !== 'null') {
    checkOrigin(text);
  }
  return text;
}

export const doctorRows: Row[] = [
  {
    name: 'origin',
    placeholder: 'ORIGIN',
    summary: 'page that opens the socket: scheme://host[:port]',
    read: (text) => readOrigin(text.trim()),
  },
  {
    name: 'caFile',
    placeholder: 'PATH',
    summary: 'judge trust for a client with these CAs alone',
  },
  {
    name: 'page',
    placeholder: 'URL',
    summary: 'look at what only a browser on that page meets',
    read: (text) => readPage(text.trim()),
  },
  {
    name: 'idle',
    placeholder: 'SECONDS',
    summary: 'hold a silent socket open for so long',
    read: (text) => readSeconds(text, mostIdle),
  },
  {
    name: 'timeout',
    placeholder: 'SECONDS',
    summary: `what each stage may take (default: ${usualTimeout})`,
    read: (text) => readSeconds(text, mostTimeout),
  },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'verbose', summary: 'show stacks of errors' },
  ...commonRows,
];

/**
 * @returns only what was typed; a stage's limit is there in any case
 * @throws UserError for what is no URL of a socket
 */
export function readArguments({ positionals, values }: Typed): TypedDoctor {
  const [text, ...extra] = positionals;
  if (extra.length > 0) {
    throw usageError(
      `Only one URL can be given, not also ${extra.map(shown).join(', ')}.`,
      'Put a URL with & in it in quotes, and write flags with --.',
    );
  }
  return {
    url: text === undefined ? undefined : reading('[url]', () => readUrl(text.trim())),
    controls: { timeout: usualTimeout, ...values },
  };
}
