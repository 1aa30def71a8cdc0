import type { Browser } from '../../../core/browsers.js';
import { everyClient, type Client } from '../../client.js';
import type { Evidence } from '../../evidence.js';
import type { FrameFault, FramesEvidence } from '../../upgrade-evidence.js';
import type { Finding } from '../../verdict.js';

/** Codes of close frames (RFC 6455, section 7.4.1). */
export const closeCodes = { none: 1005, internalError: 1011 };

const meanings: Record<number, string> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no code',
  1008: 'policy violation',
  1009: 'message too big',
  1012: 'service restart',
  1013: 'try again later',
};

/** @returns the code and the reason of a close frame, in words */
export function closeText({ close }: FramesEvidence): string {
  const { code = 0, reason = '' } = close ?? {};
  const meaning = meanings[code] === undefined ? '' : ` (${meanings[code]})`;
  return `close code ${code}${meaning}${reason === '' ? '' : `, "${reason}"`}`;
}

/** @returns when the socket ended, as far as that is known: "0.3 s after the answer 101" */
export function endTime({ watched }: FramesEvidence): string {
  return watched === undefined || watched < 50
    ? 'right after the answer 101'
    : `${(watched / 1000).toFixed(1)} s after the answer 101`;
}

/** A close later than this comes from an application, in milliseconds. */
const atOnce = 200;

/**
 * @returns whether it is what @fastify/websocket does for a plain route: it opens the socket and closes
 * it without a code. Fastify keeps connections for 72 seconds, and says so.
 */
export function isPlainRoute({ upgrade, plainRequest }: Evidence): boolean {
  const frames = upgrade?.frames;
  const isFastify = /timeout=72\b/.test(plainRequest?.headers['keep-alive'] ?? '');
  return (
    frames?.close?.code === closeCodes.none &&
    frames.messages === 0 &&
    (frames.watched ?? 0) < atOnce &&
    isFastify &&
    (plainRequest?.status ?? 0) < 400
  );
}

interface Fault {
  cause: string;
  seen: string;
  fix: string;
  clients?: Client[];
  browsers?: Browser[];
}

const serverFix =
  "Update the server's WebSocket library, or correct how the server writes frames (RFC 6455, section 5).";

const faults: Record<FrameFault, Fault> = {
  http: {
    cause: 'A second HTTP answer follows the answer 101 on the open socket.',
    seen: 'Instead of a frame',
    fix: 'Two upgrade listeners answer on one HTTP server. Let only one answer each path: create the others with `noServer`, or with the same path.',
  },
  compressed: {
    cause: 'The server compresses messages although compression was not agreed on.',
    seen: 'The bit for compression (RSV1) is set',
    fix: 'Send permessage-deflate in the answer only if the client offered it, and compress only then. A proxy may remove Sec-WebSocket-Extensions.',
  },
  masked: {
    cause: 'The server masks its frames. Only clients may do so.',
    seen: 'The mask bit is set',
    // Firefox accepts them.
    browsers: ['Chromium', 'Safari'],
    fix: 'Write frames without a mask in the server (RFC 6455, section 5.1).',
  },
  reserved: {
    cause: 'The server sends bytes that are not a WebSocket frame.',
    seen: 'Reserved bits are set',
    fix: 'Check what writes to the socket after the answer 101: a second listener, a proxy, or another protocol.',
  },
  opcode: {
    cause: 'The server sends bytes that are not a WebSocket frame.',
    seen: 'The frame has an unknown opcode',
    fix: 'Check what writes to the socket after the answer 101: a second listener, a proxy, or another protocol.',
  },
  control: {
    cause: 'The server sends an invalid control frame.',
    seen: 'It is longer than 125 bytes, or in fragments',
    fix: serverFix,
  },
  continuation: {
    cause: 'The server sends the fragments of a message in the wrong order.',
    seen: 'A continuation without a beginning, or a new message within another one',
    fix: serverFix,
  },
  length: {
    cause: 'The server writes the length of a frame in an invalid form. Browsers refuse it.',
    seen: 'The length does not have its shortest form',
    fix: serverFix,
    clients: ['browser'],
  },
  size: {
    cause: 'The server sends a frame of 2 GiB or more. Clients refuse it.',
    seen: 'The length is 2 GiB or more',
    fix: 'Send large data in several messages.',
  },
  text: {
    cause: 'The server sends a text message that is not valid UTF-8.',
    seen: 'The text',
    fix: 'Encode texts as UTF-8, or send them as binary messages.',
  },
  close: {
    cause: 'The server sends an invalid close frame.',
    seen: 'Its payload has one byte, which is no code',
    fix: serverFix,
  },
};

/** @returns what a server sent that is not a frame, with its first bytes */
export function invalidFrame({ upgrade }: Evidence): Finding | undefined {
  const frames = upgrade?.frames;
  if (frames?.invalid !== true) {
    return undefined;
  }
  const { seen, clients = everyClient, ...rest } = faults[frames.fault ?? 'reserved'];
  const bytes = frames.bytes === undefined ? '' : `: "${frames.bytes}"`;
  return { ...rest, evidence: `${seen}${bytes}.`, clients };
}
