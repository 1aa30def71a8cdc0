import { createHash, randomBytes } from 'node:crypto';
import type { UpgradeEvidence } from '../../plan/diagnosis/evidence.js';
import { visible } from '../../core/shown.js';
import { mayBeHttp, parseAnswer } from './http.js';
import { signsOf, type Received, type Wire } from './wire.js';

/** What is asked for. */
export interface Request {
  /** As it stands in the Host header, with the port. */
  authority: string;
  path: string;
  /** Undefined to claim none. */
  origin: string | undefined;
}

/** What RFC 6455, section 1.3, has servers prove themselves with. */
const handshakeSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const shownBytes = 60;

/** How long the rest of a body is waited for, in milliseconds. */
const bodyLimit = 300;

function requestText({ authority, path, origin }: Request, key: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${authority}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    'User-Agent: create-fastify-wss doctor',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + handshakeSuffix)
    .digest('base64');
}

/** What clients ask of the answer to a handshake in which they named no protocol (section 4.1). */
function isAccepted(headers: Record<string, string>, key: string): boolean {
  return (
    headers['sec-websocket-accept'] === acceptOf(key) &&
    /^websocket$/i.test(headers['upgrade'] ?? '') &&
    /(^|[\s,])upgrade($|[\s,])/i.test(headers['connection'] ?? '') &&
    headers['sec-websocket-protocol'] === undefined &&
    headers['sec-websocket-extensions'] === undefined
  );
}

/** The beginning of what came, as it can be printed. */
function beginning(bytes: Buffer): string {
  return visible(bytes.subarray(0, shownBytes).toString('latin1').trimEnd());
}

/** What came where it is no HTTP; the beginning of an answer that did not go on is nothing. */
function unanswered(received: Received): Omit<UpgradeEvidence, 'origin'> {
  const { bytes, end } = received;
  const isBroken = mayBeHttp(bytes) && end === 'open';
  return {
    end: isBroken ? 'closed' : end,
    bytes: mayBeHttp(bytes) ? '' : beginning(bytes),
    ...signsOf(received),
  };
}

/** Whether what has come is an answer, or can become none. */
function isJudged(bytes: Buffer): boolean {
  return parseAnswer(bytes) !== undefined || !mayBeHttp(bytes);
}

/**
 * Asks for an upgrade on a connection that is open (RFC 6455, section 4.1).
 * @returns what came; behind a 101 the wire is at the first byte of the first frame
 */
export async function askUpgrade(
  wire: Wire,
  request: Request,
  limit: number,
): Promise<UpgradeEvidence> {
  const { origin } = request;
  const key = randomBytes(16).toString('base64');
  wire.write(requestText(request, key));
  const received = await wire.read(isJudged, limit);
  const parsed = parseAnswer(received.bytes);
  if (parsed === undefined) {
    return { origin, ...unanswered(received) };
  }
  const accepted = isAccepted(parsed.headers, key);
  if (parsed.status === 101) {
    wire.take(parsed.head);
    const { status, headers } = parsed;
    // What follows are frames.
    const answer = { status, headers, body: '', accepted };
    return { origin, end: received.end, bytes: '', answer };
  }
  const rest = await wire.read(
    (bytes) => parseAnswer(bytes)?.whole === true,
    Math.min(limit, bodyLimit),
  );
  const { status, headers, body } = parseAnswer(rest.bytes) ?? parsed;
  const end = rest.end === 'timeout' ? 'open' : rest.end;
  return { origin, end, bytes: '', answer: { status, headers, body, accepted } };
}
