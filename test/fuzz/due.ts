import { closeCode, isCloseCode, masked, opcode, type ServerFrame } from './frames.js';
import { utf8 } from './utf8.js';

/** What a server must answer to the bytes after a handshake. */
export interface Due {
  /** The echoes, in order. */
  echoes: ServerFrame[];
  /** The payloads of the pings. */
  pings: Buffer[];
  /** The close codes with which the connection must end. Without them, it stays open. */
  codes?: number[];
  /** Where the bytes stop: between messages, between two fragments, or inside a frame. */
  stops: 'message' | 'fragments' | 'frame';
  /** From where on the server may also fail the connection, and with which codes. */
  leeway?: { codes: number[]; echoes: number };
  /** Whether the server may drop the connection because of a flood. */
  mayCut: boolean;
}

/** Above these numbers, a server may protect itself. */
const flood = { pings: 40, fragments: 10_000 };

interface Header {
  fin: boolean;
  rsv: number;
  opcode: number;
  isMasked: boolean;
  short: number;
}

interface Message {
  opcode: number;
  size: number;
  count: number;
  parts: Buffer[];
}

/**
 * Reads bytes as RFC 6455 requires, and returns what the server must answer. It is based only on
 * the RFC and does not use ws.
 *
 * @param bytes all that the client sends after its handshake
 * @param limit the longest message that the service accepts, in bytes
 */
export function dueFor(bytes: Buffer, limit: number): Due {
  const due: Due = { echoes: [], pings: [], stops: 'message', mayCut: false };
  let message: Message | undefined;
  let at = 0;

  while (at < bytes.length) {
    due.stops = 'frame';
    if (bytes.length < at + 2) {
      return due;
    }
    const header = headerAt(bytes, at);
    if (breaksHeader(header, message)) {
      return { ...due, codes: [1002] };
    }
    const length = lengthAt(bytes, at, header);
    if (length === undefined) {
      return due;
    }
    if (length.value >= 2n ** 63n) {
      return { ...due, codes: [1002, 1009] };
    }
    // Section 5.2: "the minimal number of bytes MUST be used". No section says that a server must
    // check this, so it may continue reading.
    if (!length.minimal) {
      mayFail(due, 1002);
    }
    const isControl = header.opcode >= 8;
    const before = message ?? { opcode: header.opcode, size: 0, count: 0, parts: [] };
    if (!isControl && length.value + BigInt(before.size) > BigInt(limit)) {
      return { ...due, codes: [1009] };
    }
    const start = at + 2 + length.bytes + 4;
    const size = Number(length.value);
    const mask = bytes.subarray(start - 4, start);
    const payload = mask.length < 4 ? Buffer.alloc(0) : payloadAt(bytes, { start, size, mask });
    const complete = bytes.length >= start + size;
    at = start + size;

    if (isControl) {
      if (!complete) {
        return due;
      }
      if (header.opcode === opcode.close) {
        return { ...due, codes: codesFor(payload) };
      }
      if (header.opcode === opcode.ping) {
        due.pings.push(payload);
        due.mayCut ||= due.pings.length > flood.pings;
      }
    } else {
      message = added(before, payload);
      due.mayCut ||= message.count > flood.fragments;
      const fault = textFault(message, header.fin && complete);
      if (fault === 'now') {
        return { ...due, codes: [1007] };
      }
      if (fault === 'soon') {
        mayFail(due, 1007);
      }
      if (!complete) {
        return due;
      }
      if (header.fin) {
        due.echoes.push(echoOf(message));
        message = undefined;
      }
    }
    due.stops = message === undefined ? 'message' : 'fragments';
  }
  return due;
}

function headerAt(bytes: Buffer, at: number): Header {
  const [first, second] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  return {
    fin: first >= 0x80,
    rsv: (first >> 4) & 7,
    opcode: first & 15,
    isMasked: second >= 0x80,
    short: second & 0x7f,
  };
}

/** Sections 5.1 (masks), 5.2 (bits and opcodes), 5.4 (fragments), 5.5 and 5.5.1 (control frames). */
function breaksHeader(header: Header, message: Message | undefined): boolean {
  const known = Object.values(opcode).includes(header.opcode);
  const isControl = header.opcode >= 8;
  const continues = header.opcode === opcode.continuation;
  return (
    header.rsv !== 0 ||
    !known ||
    !header.isMasked ||
    (isControl && (!header.fin || header.short > 125)) ||
    (header.opcode === opcode.close && header.short === 1) ||
    (!isControl && continues !== (message !== undefined))
  );
}

function lengthAt(bytes: Buffer, at: number, { short }: Header) {
  const extra = { 126: 2, 127: 8 }[short] ?? 0;
  if (bytes.length < at + 2 + extra) {
    return undefined;
  }
  if (extra === 0) {
    return { value: BigInt(short), bytes: extra, minimal: true };
  }
  const value = extra === 2 ? BigInt(bytes.readUInt16BE(at + 2)) : bytes.readBigUInt64BE(at + 2);
  return { value, bytes: extra, minimal: value > (extra === 2 ? 125n : 65_535n) };
}

function payloadAt(bytes: Buffer, frame: { start: number; size: number; mask: Buffer }): Buffer {
  return masked(bytes.subarray(frame.start, frame.start + frame.size), frame.mask);
}

function added(message: Message, payload: Buffer): Message {
  message.parts.push(payload);
  message.size += payload.length;
  message.count += 1;
  return message;
}

/**
 * Section 8.1. A server may check text as it arrives, and must check the complete message.
 *
 * @returns when the connection fails, if it does
 */
function textFault(message: Message, ends: boolean): 'now' | 'soon' | undefined {
  if (message.opcode !== opcode.text || (!ends && message.count > 100)) {
    return undefined;
  }
  const state = utf8(Buffer.concat(message.parts));
  if (ends) {
    return state === 'whole' ? undefined : 'now';
  }
  return state === 'broken' ? 'soon' : undefined;
}

/** Sections 5.5.1 and 7.4. A wrong reason counts either as wrong data or as a wrong frame. */
function codesFor(payload: Buffer): number[] {
  const code = closeCode({ opcode: opcode.close, payload });
  if (payload.length === 0) {
    return [1005, 1000];
  }
  if (!isCloseCode(code)) {
    return [1002];
  }
  return utf8(payload.subarray(2)) === 'whole' ? [code] : [1007, 1002];
}

function echoOf({ opcode: kind, parts }: Message): ServerFrame {
  const prefix = kind === opcode.text ? [Buffer.from('Echo: ')] : [];
  return { opcode: kind, payload: Buffer.concat([...prefix, ...parts]) };
}

function mayFail(due: Due, code: number): void {
  due.leeway ??= { codes: [], echoes: due.echoes.length };
  due.leeway.codes.push(code);
}
