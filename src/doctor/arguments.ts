import { commonRows, type Row, type Typed } from '../command/command.js';
import { reading, usageError } from '../command/parse.js';
import { checkOrigin } from '../options/checks.js';
import { InvalidValue } from '../core/errors.js';
import { bareHost, isAddress, parseUrl } from '../core/hosts.js';
import { isSlip } from '../core/nearest.js';
import { shown } from '../core/printable.js';
import { maskInvalidUrl, maskUrls, secretForms, secretsIn } from '../core/secrets.js';

/** The longest that a stage may take, in seconds. */
const mostTimeout = 60;
/** The longest time to watch idle sockets, in seconds: an hour. */
const mostIdle = 3600;
/** The default time limit of a stage, in seconds. */
export const usualTimeout = 5;

/** What the command line of `doctor` says. Times are in seconds. */
export interface TypedDoctor {
  /** A `ws:` or `wss:` URL, with its user name and password; undefined if none was typed. */
  url: URL | undefined;
  controls: {
    origin?: string;
    address?: string;
    caFile?: string;
    page?: string;
    protocol?: string[];
    header?: [string, string][];
    cookie?: string;
    idle?: number;
    timeout: number;
    json?: boolean;
    verbose?: boolean;
  };
}

const example = 'wss://HOST:PORT/PATH';

/** The schemes that lead to a socket, and those of its pages. */
const schemes = ['wss', 'ws', 'https', 'http'];

/** Proposes wss:// for a URL without a scheme, and the scheme that a mistyped one resembles. */
function meant(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.+)$/is.exec(text) ?? [];
  const near = schemes.find((each) => isSlip(scheme.toLowerCase(), each))?.replace('http', 'ws');
  const whole = near === undefined ? `wss://${text}` : `${near}://${rest}`;
  const guess = near === undefined && text.includes('//') ? undefined : parseUrl(whole);
  return guess === undefined ? `Write ${example}.` : `Did you mean ${guess.href}?`;
}

/** @throws InvalidValue for anything but a socket URL */
function readUrl(text: string): URL {
  // The URL of a page means a socket of the same server.
  const url = parseUrl(text.replace(/^http(s?):/i, 'ws$1:'));
  if (url === undefined || !['ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    const masked = maskInvalidUrl(text);
    throw new InvalidValue(`${shown(masked)} is not a WebSocket URL.`, meant(masked));
  }
  if (url.hash !== '') {
    Object.assign(url, { hash: '', username: '', password: '' });
    throw new InvalidValue(
      `${shown(maskUrls(text))} has a #fragment, which WebSocket URLs cannot have.`,
      `Write ${maskUrls(url.href)}`,
    );
  }
  return url;
}

/** @throws InvalidValue for anything but the URL of a page */
function readPage(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    const form = 'Write https://HOST:PORT/PATH.';
    throw new InvalidValue(`${shown(maskInvalidUrl(text))} is not the URL of a page.`, form);
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

/** @throws InvalidValue for what no browser sends as an origin */
function readOrigin(text: string): string {
  // Pages from files and sandboxed frames have the origin null.
  if (/^file:/i.test(text)) {
    const fix = 'Write null: browsers send that for pages from files.';
    throw new InvalidValue(`${shown(text)} is not an origin.`, fix);
  }
  if (text !== 'null') {
    checkOrigin(text);
  }
  return text;
}

/** @throws InvalidValue for anything but an IP address */
function readAddress(text: string): string {
  const address = bareHost(text);
  if (!isAddress(address)) {
    throw new InvalidValue(`${shown(text)} is not an IP address.`, 'Write one such as 192.0.2.1.');
  }
  return address;
}

/** Names of headers and of subprotocols (RFC 9110, section 5.6.2). */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** @throws InvalidValue for what browsers do not send as a subprotocol */
function readProtocols(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !token.test(name));
  if (wrong !== undefined) {
    throw new InvalidValue(`${shown(wrong)} is not a subprotocol.`, 'Write a name such as mqtt.');
  }
  return [...new Set(names)];
}

/** Headers that doctor sends itself, and the option for their values. */
const ownHeaders: [RegExp, string][] = [
  [/^sec-websocket-protocol$/i, 'Use --protocol.'],
  [/^origin$/i, 'Use --origin.'],
  [/^cookie$/i, 'Use --cookie.'],
  [/^host$/i, 'Write the host in the URL.'],
  [/^(connection|upgrade|sec-websocket-.*|content-length|transfer-encoding)$/i, 'Leave it out.'],
];

function readHeader(line: string): [string, string] {
  const [, name = '', value = ''] = /^([^:]*):\s*(.*?)\s*$/.exec(line) ?? [];
  // The value may be secret, so it is not repeated.
  if (!token.test(name) || value === '' || !/^[\x20-\x7e\t]*$/.test(value)) {
    throw new InvalidValue('The value is not a header.', "Write 'NAME: VALUE'.");
  }
  const own = ownHeaders.find(([names]) => names.test(name));
  if (own !== undefined) {
    throw new InvalidValue(`The handshake has its own header ${name}.`, own[1]);
  }
  return [name, value];
}

/** @throws InvalidValue for what cannot be the value of a Cookie header */
function readCookie(text: string): string {
  if (!/^[^=;\s]+=[\x20-\x7e]*$/.test(text)) {
    throw new InvalidValue('The value is not a cookie.', "Write 'NAME=VALUE; NAME=VALUE'.");
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
    name: 'address',
    placeholder: 'IP',
    summary: 'connect there instead of what DNS says',
    read: (text) => readAddress(text.trim()),
  },
  {
    name: 'caFile',
    placeholder: 'PATH',
    summary: 'judge trust for a client with only these CAs',
  },
  {
    name: 'page',
    placeholder: 'URL',
    summary: 'also check what browsers allow this page',
    read: (text) => readPage(text.trim()),
  },
  {
    name: 'protocol',
    placeholder: 'NAME',
    isList: true,
    summary: 'subprotocol that the client offers',
    read: readProtocols,
  },
  {
    name: 'header',
    placeholder: "'NAME: VALUE'",
    isList: true,
    separator: '\n',
    summary: 'header of the client; browsers cannot send it',
    read: (text) => text.split('\n').map(readHeader),
  },
  {
    name: 'cookie',
    placeholder: "'NAME=VALUE'",
    isList: true,
    separator: '; ',
    summary: 'cookie of the client',
    read: (text) => readCookie(text.trim()),
  },
  {
    name: 'idle',
    placeholder: 'SECONDS',
    summary: 'keep an idle socket open for this long',
    read: (text) => readSeconds(text, mostIdle),
  },
  {
    name: 'timeout',
    placeholder: 'SECONDS',
    summary: `time limit of each stage (default: ${usualTimeout})`,
    read: (text) => readSeconds(text, mostTimeout),
  },
  { name: 'verbose', summary: 'show error stacks' },
  ...commonRows,
];

/** Options whose values are secret, also if they are mistyped or those of curl. */
const secretOption = /^(?:--(?:h|co)\w*|-[HbUu])$/i;

/** A header that was typed in a wrong place. */
const header = /^[\w-]+:\s/;

/** Headers and cookies as they were typed. */
function sentIn(argv: string[]): string[] {
  return argv.flatMap((word, index) => {
    const [, option = '', value = ''] = /^(--?\w+)=(.*)$/s.exec(word) ?? [];
    if (secretOption.test(option)) {
      return value.split('\n');
    }
    return secretOption.test(argv[index - 1] ?? '') || header.test(word) ? word.split('\n') : [];
  });
}

/** The value of a header, or those of cookies. */
function valuesOf(sent: string): string[] {
  const cookies = sent.split(/;\s*/).map((each) => each.replace(/^[^=]*=/, ''));
  return [sent.replace(/^[^:=]*(?::\s*|=)/, '')].concat(header.test(sent) ? [] : cookies);
}

/**
 * @param argv the words after `doctor`
 * @returns what no output may contain: what headers and cookies hold, which a server may repeat in its
 *   answer, and the user names, passwords and tokens in URLs
 */
export function secretsTyped(argv: string[]): string[] {
  const sent = sentIn(argv);
  const open = argv.filter((word) => !sent.some((text) => text !== '' && word.includes(text)));
  // What is also typed elsewhere, such as a host, is known.
  const hidden = secretForms(sent.flatMap(valuesOf)).filter(
    (form) => !open.some((word) => word.includes(form)),
  );
  return hidden.concat(secretsIn(argv));
}

/**
 * @returns only what was typed; a stage's limit is there in any case
 * @throws UserError for what is no URL of a socket
 */
export function readArguments({ positionals, values }: Typed): TypedDoctor {
  const [text, ...extra] = positionals;
  if (extra.length > 0) {
    throw usageError(
      `Only one URL is allowed, not also ${extra.map((each) => shown(maskInvalidUrl(each))).join(', ')}.`,
      'Put a URL with & in quotes, and begin flags with --.',
    );
  }
  const controls = { timeout: usualTimeout, ...values };
  return {
    url: text === undefined ? undefined : reading('[url]', () => readUrl(text.trim())),
    controls,
  };
}
