import type { HttpAnswer } from '../evidence.js';

const headEnd = '\r\n\r\n';

/** How much of a body is kept by default, in bytes: enough for an error message. */
const shortBody = 4096;

/** An answer, as far as it has arrived. */
export interface Parsed extends Omit<HttpAnswer, 'accepted'> {
  /** The length of the status line and the headers, in bytes. */
  head: number;
  /** Whether the whole body has arrived, as far as its length is known. */
  whole: boolean;
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

function unchunked(text: string): string {
  return text.replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/gi, '').trimEnd();
}

/** With more interim answers than this, there is no answer. */
const mostInterim = 10;

/** A status that comes before the answer, such as early hints (RFC 9110, section 15.2). */
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

/**
 * @returns an HTTP/1 answer (RFC 9112, section 2.1); undefined until its headers have arrived, or if
 * the bytes are not HTTP
 */
export function parseAnswer(
  bytes: Buffer,
  mostBody = shortBody,
  interim = mostInterim,
): Parsed | undefined {
  const text = bytes.toString('latin1');
  const head = text.indexOf(headEnd);
  const [status = '', ...lines] = text.slice(0, Math.max(head, 0)).split('\r\n');
  const found = /^HTTP\/1\.[01] (\d{3})(?: (.*)|$)/.exec(status);
  if (head < 0 || found === null) {
    return undefined;
  }
  if (isInterim(Number(found[1]))) {
    const length = head + headEnd.length;
    const answer =
      interim === 0 ? undefined : parseAnswer(bytes.subarray(length), mostBody, interim - 1);
    return answer && { ...answer, head: answer.head + length };
  }
  const headers = headersOf(lines);
  const start = head + headEnd.length;
  const length = Number(headers['content-length']);
  const chunked = /chunked/i.test(headers['transfer-encoding'] ?? '');
  const body = text.slice(start, start + mostBody);
  return {
    status: Number(found[1]),
    reason: found[2] ?? '',
    headers,
    body: Buffer.from(chunked ? unchunked(body) : body, 'latin1').toString('utf8'),
    head: start,
    whole: chunked ? text.endsWith('\r\n0\r\n\r\n') : bytes.length - start >= length,
  };
}

/** @returns whether these bytes may still become an HTTP answer */
export function mayBeHttp(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 5).toString('latin1');
  return 'HTTP/'.startsWith(start);
}
