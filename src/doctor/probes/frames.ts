import { visible } from '../../core/printable.js';
import type { FramesEvidence } from '../upgrade-evidence.js';
import { clientFrame, closeFrame, closeOf, frameReader, opcodes, type Arrived } from './frame.js';
import type { Wire } from './wire.js';

/** How to watch an open socket. Times are in milliseconds. */
export interface Watching {
  /** How long in total, or until a pong has come. */
  limit: number;
  /** How long in any case, unless the socket ends; as long as the limit by default. */
  least?: number;
  /** How often to send a ping; never by default. */
  interval?: number;
  /** Whether permessage-deflate was agreed on. */
  deflate?: boolean;
}

/**
 * How long an open socket is watched, in milliseconds: servers look up a token before they close. No
 * usual idle timeout is shorter.
 */
export const watchTime = 900;

/** How long to wait for the server's close frame, in milliseconds. */
const closeLimit = 200;
const pingPayload = Buffer.from('doctor');

/** After this much, a socket is not watched any longer. */
const mostBytes = 8 * 1024 * 1024;
const mostArrived = 2000;
/** How many pings of a server are answered. */
const mostPongs = 20;
/** How many bytes are shown of what is no frame. */
const shownBytes = 48;

/** Nothing has been seen yet. */
const nothing: FramesEvidence = {
  pong: false,
  pings: 0,
  messages: 0,
  end: 'open',
  invalid: false,
};

/** Text as it is, other bytes in hexadecimal. */
function bytesText(bytes: Buffer): string {
  const shown = bytes.subarray(0, shownBytes);
  const text = shown.toString('latin1');
  return /^[\x20-\x7e\r\n\t]+$/.test(text)
    ? visible(text.replace(/[\r\n].*$/s, ''))
    : shown
        .subarray(0, 16)
        .toString('hex')
        .replaceAll(/(..)(?=.)/g, '$1 ');
}

/** Adds what arrived to what was seen; answers a ping as a browser does. */
function see(seen: FramesEvidence, arrived: Arrived, wire: Wire): FramesEvidence {
  if (arrived.kind === 'message') {
    return { ...seen, messages: seen.messages + 1 };
  }
  if (arrived.kind === 'fault') {
    return { ...seen, invalid: true, fault: arrived.fault, bytes: bytesText(arrived.bytes) };
  }
  const { opcode, payload } = arrived;
  if (opcode === opcodes.pong) {
    return { ...seen, pong: true };
  }
  if (opcode === opcodes.close) {
    return { ...seen, close: closeOf(payload) };
  }
  if (seen.pings < mostPongs) {
    wire.write(clientFrame(opcodes.pong, payload));
  }
  return { ...seen, pings: seen.pings + 1 };
}

function isOver({ close, end, invalid }: FramesEvidence): boolean {
  return close !== undefined || invalid || end !== 'open';
}

function isFlooded({ pings, messages }: FramesEvidence, bytes: number): boolean {
  return bytes > mostBytes || pings + messages > mostArrived;
}

/**
 * Watches an open socket for some time, without sending messages.
 * @returns what arrived, as soon as the socket has ended or the time is over
 */
export async function watchFrames(wire: Wire, watching: Watching): Promise<FramesEvidence> {
  const { limit, least = limit, interval, deflate = false } = watching;
  const read = frameReader(deflate);
  const start = Date.now();
  const until = ({ pong }: FramesEvidence): number => start + (pong ? least : limit);
  let seen: FramesEvidence = { ...nothing, ...(interval === undefined ? { quiet: true } : {}) };
  let count = 0;
  let nextPing = interval === undefined ? Number.POSITIVE_INFINITY : start;
  while (!isOver(seen) && Date.now() < until(seen) && !isFlooded(seen, count)) {
    if (interval !== undefined && Date.now() >= nextPing) {
      wire.write(clientFrame(opcodes.ping, pingPayload));
      nextPing = Date.now() + interval;
    }
    const wait = Math.min(until(seen), nextPing) - Date.now();
    // oxlint-disable-next-line no-await-in-loop -- bytes arrive one after another
    const { bytes, end } = await wire.read((some) => some.length > 0, Math.max(1, wait));
    wire.take(bytes.length);
    count += end === 'too-long' ? Number.POSITIVE_INFINITY : bytes.length;
    for (const arrived of read(bytes)) {
      seen = isOver(seen) ? seen : see(seen, arrived, wire);
    }
    if (!isOver(seen) && bytes.length === 0 && !['timeout', 'too-long'].includes(end)) {
      seen = { ...seen, end };
    }
  }
  return { ...seen, watched: Date.now() - start };
}

/** Closes the socket properly, so that the server does not count doctor as a dead client. */
export async function leave(wire: Wire): Promise<void> {
  wire.write(closeFrame());
  await wire.read(() => false, closeLimit);
  wire.close();
}

/**
 * Watches an open socket, and closes it.
 * @param watching its limit is for the answer to a ping
 */
export async function lookAtFrames(wire: Wire, watching: Watching): Promise<FramesEvidence> {
  const isPinged = watching.interval !== undefined;
  const limit = isPinged ? Math.max(watching.limit, watchTime) : watchTime;
  const frames = await watchFrames(wire, { ...watching, limit, least: watchTime });
  await leave(wire);
  return frames;
}
