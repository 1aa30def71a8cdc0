import { createHash, randomBytes } from 'node:crypto';
import type { UpgradeEvidence } from '../upgrade-evidence.js';
import { visible } from '../../core/printable.js';
import { requestText, type Request } from './handshake.js';
import { mayBeHttp, parseAnswer, type Parsed } from './http.js';
import { objectionTo } from './objection.js';
import { signsOf, type Received, type Wire } from './wire.js';

/** The constant from which servers compute Sec-WebSocket-Accept (RFC 6455, section 1.3). */
const handshakeSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const shownBytes = 60;

/** How long to wait for the rest of a body, in milliseconds. */
const bodyLimit = 300;

function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + handshakeSuffix)
    .digest('base64');
}

/** The first bytes of an answer, in a form that can be printed. */
function beginning(bytes: Buffer): string {
  return visible(bytes.subarray(0, shownBytes).toString('latin1').trimEnd());
}

/** The evidence without an HTTP answer; an HTTP answer that is cut off counts as none. */
function unanswered(received: Received): Omit<UpgradeEvidence, 'origin'> {
  const { bytes, end } = received;
  const isBroken = mayBeHttp(bytes) && end === 'open';
  return {
    end: isBroken ? 'closed' : end,
    bytes: mayBeHttp(bytes) ? '' : beginning(bytes),
    ...signsOf(received),
  };
}

/** Whether the bytes are an answer, or can no longer become one. */
function isJudged(bytes: Buffer): boolean {
  return parseAnswer(bytes) !== undefined || !mayBeHttp(bytes);
}

/** What the head of an answer shows besides status and headers. */
function formOf({ httpVersion, informational, oddities }: Parsed) {
  return { httpVersion, informational, oddities };
}

/**
 * Requests an upgrade on an open connection (RFC 6455, section 4.1).
 * @returns the evidence; after a 101 the wire is at the first byte of the first frame
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
  const objection = objectionTo(parsed.headers, request, acceptOf(key));
  const accepted = objection === undefined;
  if (parsed.status === 101) {
    wire.take(parsed.head);
    const { status, headers } = parsed;
    // Frames follow.
    const answer = { status, headers, body: '', accepted };
    const refused = accepted ? {} : { objection };
    return { origin, end: received.end, bytes: '', answer, ...formOf(parsed), ...refused };
  }
  const rest = await wire.read(
    (bytes) => parseAnswer(bytes)?.whole === true,
    Math.min(limit, bodyLimit),
  );
  const { status, reason = '', headers, body } = parseAnswer(rest.bytes) ?? parsed;
  const end = rest.end === 'timeout' ? 'open' : rest.end;
  const answer = { status, reason, headers, body, accepted: false };
  return { origin, end, bytes: '', answer, ...formOf(parsed) };
}
