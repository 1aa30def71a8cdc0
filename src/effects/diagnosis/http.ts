import type { HttpAnswer } from '../../plan/diagnosis/evidence.js';

const headEnd = '\r\n\r\n';

/** What of a body is kept, in bytes, where no more is asked for: enough for the message of an error. */
const shortBody = 4096;

/** An answer as far as it has come. */
export interface Parsed extends Omit<HttpAnswer, 'accepted'> {
  /** The length of what stands before the body, in bytes. */
  head: number;
  /** Whether all of the body is there, as far as its length is told. */
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

/** More answers of that kind than these are none. */
const mostInterim = 10;

/** What comes before an answer, such as early hints (RFC 9110, section 15.2). */
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

/**
 * @returns an HTTP/1 answer (RFC 9112, section 2.1); nothing as long as its head is not there, or
 * where this is none
 */
export function parseAnswer(
  bytes: Buffer,
  mostBody = shortBody,
  interim = mostInterim,
): Parsed | undefined {
  const text = bytes.toString('latin1');
  const head = text.indexOf(headEnd);
  const [status = '', ...lines] = text.slice(0, Math.max(head, 0)).split('\r\n');
  const found = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(status);
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
    headers,
    body: Buffer.from(chunked ? unchunked(body) : body, 'latin1').toString('utf8'),
    head: start,
    whole: chunked ? text.endsWith('\r\n0\r\n\r\n') : bytes.length - start >= length,
  };
}

/** @returns whether this may yet become an HTTP answer */
export function mayBeHttp(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 5).toString('latin1');
  return 'HTTP/'.startsWith(start);
}
