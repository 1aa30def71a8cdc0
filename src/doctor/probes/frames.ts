import type { FramesEvidence } from '../evidence.js';
import { clientFrame, closeFrame, closeOf, opcodes, readFrame } from './frame.js';
import type { Wire } from './wire.js';

/** How to watch an open socket. Times are in milliseconds. */
export interface Watching {
  /** How long in total. */
  limit: number;
  /** How often to send a ping; never by default. */
  interval?: number;
  /** Whether to stop shortly after the first pong. */
  brief?: boolean;
}

/** How long to watch an open socket after its first pong, in milliseconds. */
const settleTime = 100;

/** How long to wait for the server's close frame, in milliseconds. */
const closeLimit = 200;
const pingPayload = Buffer.from('doctor');

/** Nothing has been seen yet. */
const nothing: FramesEvidence = {
  pong: false,
  pings: 0,
  messages: 0,
  end: 'open',
  invalid: false,
};

/** Adds one frame to what was seen; answers a ping as a browser does. */
function seeFrame(seen: FramesEvidence, wire: Wire, bytes: Buffer): FramesEvidence | undefined {
  const frame = readFrame(bytes);
  if (frame === undefined) {
    return undefined;
  }
  if (frame === 'invalid') {
    return { ...seen, invalid: true };
  }
  wire.take(frame.length);
  if (frame.opcode === opcodes.ping) {
    wire.write(clientFrame(opcodes.pong, frame.payload));
    return { ...seen, pings: seen.pings + 1 };
  }
  if (frame.opcode === opcodes.pong) {
    return { ...seen, pong: true };
  }
  if (frame.opcode === opcodes.close) {
    return { ...seen, close: closeOf(frame.payload) };
  }
  return { ...seen, messages: seen.messages + 1 };
}

function isOver({ close, end, invalid }: FramesEvidence): boolean {
  return close !== undefined || invalid || end !== 'open';
}

/** Waits for one frame, the end of the connection, or the time limit. */
async function next(seen: FramesEvidence, wire: Wire, limit: number): Promise<FramesEvidence> {
  const { bytes, end } = await wire.read((some) => readFrame(some) !== undefined, limit);
  const after = seeFrame(seen, wire, bytes);
  if (after !== undefined) {
    return after;
  }
  return end === 'timeout' ? seen : { ...seen, end };
}

/**
 * Watches an open socket for some time, without sending messages.
 * @returns what arrived, as soon as the socket has ended or the time is over
 */
export async function watchFrames(wire: Wire, watching: Watching): Promise<FramesEvidence> {
  const { limit, interval = Number.POSITIVE_INFINITY, brief = false } = watching;
  const start = Date.now();
  let seen = nothing;
  let pinged = interval === Number.POSITIVE_INFINITY ? interval : start - interval;
  let until = start + limit;
  while (!isOver(seen) && Date.now() < until) {
    if (Date.now() >= pinged + interval) {
      wire.write(clientFrame(opcodes.ping, pingPayload));
      pinged = Date.now();
    }
    const wait = Math.min(until, pinged + interval) - Date.now();
    // oxlint-disable-next-line no-await-in-loop -- frames arrive one after another
    const after = await next(seen, wire, Math.max(1, wait));
    if (brief && after.pong && !seen.pong) {
      until = Math.min(until, Date.now() + settleTime);
    }
    seen = after;
  }
  return seen;
}

/** Closes the socket properly, so that the server does not count doctor as a dead client. */
export async function leave(wire: Wire): Promise<void> {
  wire.write(closeFrame());
  await wire.read(() => false, closeLimit);
  wire.close();
}

/**
 * Pings an open socket once, watches it for a moment after the answer, and closes it.
 * @param limit in milliseconds, if no answer comes
 */
export async function lookAtFrames(wire: Wire, limit: number): Promise<FramesEvidence> {
  const frames = await watchFrames(wire, { limit, interval: limit, brief: true });
  await leave(wire);
  return frames;
}
