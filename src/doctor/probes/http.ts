import type { HttpAnswer, Oddity } from '../upgrade-evidence.js';

/** Browsers also take a line break without a carriage return. */
const headEnd = /\r?\n\r?\n/;
const statusLine = /^HTTP\/(\d+(?:\.\d+)?) +(\d{3})(?: (.*)|$)/i;
/** Node.js refuses a longer head. */
const largeHead = 16 * 1024;

/** How much of a body is kept by default, in bytes: enough for an error message. */
const shortBody = 4096;

/** An answer, as far as it has arrived. */
export interface Parsed extends Omit<HttpAnswer, 'accepted'> {
  /** The length of the status line and the headers, in bytes. */
  head: number;
  /** Whether the whole body has arrived, as far as its length is known. */
  whole: boolean;
  httpVersion: string;
  /** The statuses of the interim answers before it. */
  informational: number[];
  oddities: Oddity[];
}

function headersOf(lines: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon > 0) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
  }
  return headers;
}

/** A status line and the lines of the headers, and the text of both. */
interface Head {
  text: string;
  status: string;
  lines: string[];
}

/** What strict parsers refuse (RFC 9112, sections 2.2, 4, 5.1 and 5.2). */
const odd: [Oddity, (head: Head) => boolean][] = [
  ['bare-lf', ({ text }) => /(^|[^\r])\n/.test(text)],
  ['status-line', ({ status }) => !/^HTTP\/1\.[01] \d{3}( |$)/.test(status)],
  ['folded-header', ({ lines }) => lines.some((line) => /^[ \t]/.test(line))],
  ['no-colon', ({ lines }) => lines.some((line) => /^[^:\s][^:]*$/.test(line))],
  ['blank-in-name', ({ lines }) => lines.some((line) => /^[^:\s]+[ \t]+[^:\s]+:/.test(line))],
  ['blank-before-colon', ({ lines }) => lines.some((line) => /^[^:\s]+[ \t]+:/.test(line))],
  ['nul', ({ text }) => text.includes('\0')],
  ['large-head', ({ text }) => text.length > largeHead],
];

function odditiesOf(head: Head): Oddity[] {
  return odd.filter(([, isSo]) => isSo(head)).map(([name]) => name);
}

/**
 * @returns a body without its chunk sizes and extensions, and whether the last chunk has arrived
 * (RFC 9112, section 7.1)
 */
function unchunked(text: string): { body: string; whole: boolean } {
  const size = /([0-9a-f]+)[^\r\n]*\r?\n/iy;
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    size.lastIndex = start;
    const length = Number.parseInt(size.exec(text)?.[1] ?? '', 16);
    if (Number.isNaN(length) || length === 0) {
      return { body: parts.join(''), whole: length === 0 };
    }
    const end = size.lastIndex + length;
    parts.push(text.slice(size.lastIndex, end));
    start = end + (text.startsWith('\r', end) ? 2 : 1);
  }
}

/** With more interim answers than this, there is no answer. */
const mostInterim = 10;

/** A status that comes before the answer, such as early hints (RFC 9110, section 15.2). */
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

/** The end of the blank lines that a server may send first (RFC 9112, section 2.2). */
function beginningOf(text: string): number {
  return /^(?:\r?\n)*/.exec(text)?.[0].length ?? 0;
}

/**
 * @returns an HTTP/1 answer (RFC 9112, section 2.1), read as leniently as browsers do; undefined until
 * its headers have arrived, or if the bytes are not HTTP
 */
export function parseAnswer(
  bytes: Buffer,
  mostBody = shortBody,
  interim = mostInterim,
): Parsed | undefined {
  const whole = bytes.toString('latin1');
  const begin = beginningOf(whole);
  const text = whole.slice(begin);
  const end = headEnd.exec(text);
  const [status = '', ...lines] = text.slice(0, end?.index ?? 0).split(/\r?\n/);
  const found = statusLine.exec(status);
  if (end === null || found === null) {
    return undefined;
  }
  const start = end.index + end[0].length;
  if (isInterim(Number(found[2]))) {
    const length = begin + start;
    const answer =
      interim === 0 ? undefined : parseAnswer(bytes.subarray(length), mostBody, interim - 1);
    return (
      answer && {
        ...answer,
        head: answer.head + length,
        informational: [Number(found[2]), ...answer.informational],
      }
    );
  }
  const headers = headersOf(lines);
  const length = Number(headers['content-length']);
  const isChunked = /chunked/i.test(headers['transfer-encoding'] ?? '');
  const rest = text.slice(start);
  const content = isChunked ? unchunked(rest) : { body: rest, whole: rest.length >= length };
  return {
    status: Number(found[2]),
    reason: found[3] ?? '',
    headers,
    body: Buffer.from(content.body.slice(0, mostBody), 'latin1').toString('utf8'),
    head: begin + start,
    whole: content.whole,
    httpVersion: found[1] ?? '',
    informational: [],
    oddities: odditiesOf({ text: text.slice(0, start), status, lines }),
  };
}

/** @returns whether these bytes may still become an HTTP answer */
export function mayBeHttp(bytes: Buffer): boolean {
  const text = bytes.subarray(0, 64).toString('latin1');
  const start = text.slice(beginningOf(text)).slice(0, 5).toUpperCase();
  return 'HTTP/'.startsWith(start);
}
