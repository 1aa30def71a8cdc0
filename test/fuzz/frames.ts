import { utf8 } from './utf8.js';

/** The opcodes of RFC 6455, section 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A frame as a client may write it, valid or invalid. */
export interface ClientFrame {
  opcode: number;
  payload?: Buffer;
  fin?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  rsv?: number;
  /** Four bytes. `undefined` writes an unmasked frame. */
  mask: Buffer | undefined;
  /** How many bytes after the first two hold the length. By default, as few as possible. */
  lengthBytes?: 0 | 2 | 8;
  /** The length to write, if it differs from that of the payload. */
  declared?: bigint;
}

/** A frame's bytes (RFC 6455, section 5.2). */
export function encode(frame: ClientFrame): Buffer {
  const { payload = Buffer.alloc(0), fin = true, rsv = 0, mask } = frame;
  const declared = frame.declared ?? BigInt(payload.length);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | frame.opcode;
  const { short, extended } = lengthOf(declared, frame.lengthBytes ?? fewest(declared));
  const start = Buffer.from([first, (mask === undefined ? 0 : 0x80) | short]);
  const body = mask === undefined ? payload : masked(payload, mask);
  return Buffer.concat([start, extended, mask ?? Buffer.alloc(0), body]);
}

function fewest(length: bigint): 0 | 2 | 8 {
  if (length < 126n) {
    return 0;
  }
  return length < 65_536n ? 2 : 8;
}

function lengthOf(length: bigint, bytes: 0 | 2 | 8): { short: number; extended: Buffer } {
  const extended = Buffer.alloc(bytes);
  if (bytes === 0) {
    return { short: Number(length), extended };
  }
  if (bytes === 2) {
    extended.writeUInt16BE(Number(length));
    return { short: 126, extended };
  }
  extended.writeBigUInt64BE(length);
  return { short: 127, extended };
}

/** Masks, or unmasks (RFC 6455, section 5.3). */
export function masked(payload: Buffer, mask: Buffer): Buffer {
  const copy = Buffer.from(payload);
  for (let index = 0; index < copy.length; index += 1) {
    copy.writeUInt8(copy.readUInt8(index) ^ mask.readUInt8(index % 4), index);
  }
  return copy;
}

/** The payload of a close frame. */
export function closing(code: number, reason: Buffer = Buffer.alloc(0)): Buffer {
  const start = Buffer.alloc(2);
  start.writeUInt16BE(code);
  return Buffer.concat([start, reason]);
}

/** A valid frame that a server has sent. */
export interface ServerFrame {
  opcode: number;
  payload: Buffer;
}

/** Whether an endpoint may send the code in a close frame (RFC 6455, section 7.4, and IANA's). */
export function isCloseCode(code: number): boolean {
  const reserved = [1004, 1005, 1006];
  return (code >= 1000 && code <= 1014 && !reserved.includes(code)) || isPrivateCode(code);
}

function isPrivateCode(code: number): boolean {
  return code >= 3000 && code <= 4999;
}

/** @returns the code of a close frame, 1005 for one without (RFC 6455, section 7.1.5) */
export function closeCode({ payload }: ServerFrame): number {
  return payload.length === 0 ? 1005 : payload.readUInt16BE(0);
}

/** Reads a server's frames as they arrive, and stops at the first invalid one. */
export interface FrameReader {
  frames: ServerFrame[];
  fault?: string;
  push: (chunk: Buffer) => void;
}

export function frameReader(): FrameReader {
  const state = { rest: Buffer.alloc(0), closed: false };
  const reader: FrameReader = {
    frames: [],
    push: (chunk) => {
      state.rest = Buffer.concat([state.rest, chunk]);
      while (reader.fault === undefined) {
        const frame = takeFrame(state.rest);
        if (frame === undefined) {
          return;
        }
        const fault = state.closed ? 'a frame after the close frame' : frameFault(frame);
        if (fault !== undefined) {
          reader.fault = `The server sent ${fault}: ${state.rest.subarray(0, 32).toString('hex')}`;
          return;
        }
        state.rest = state.rest.subarray(frame.size);
        state.closed = frame.opcode === opcode.close;
        reader.frames.push({ opcode: frame.opcode, payload: Buffer.from(frame.payload) });
      }
    },
  };
  return reader;
}

interface RawFrame extends ServerFrame {
  first: number;
  isMasked: boolean;
  lengthBytes: number;
  size: number;
}

function takeFrame(bytes: Buffer): RawFrame | undefined {
  if (bytes.length < 2) {
    return undefined;
  }
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const lengthBytes = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
  const start = 2 + lengthBytes;
  if (bytes.length < start) {
    return undefined;
  }
  const length = lengthBytes === 0 ? second & 0x7f : extendedLength(bytes, lengthBytes);
  if (bytes.length < start + length) {
    return undefined;
  }
  const payload = bytes.subarray(start, start + length);
  const isMasked = second >= 0x80;
  return { first, isMasked, lengthBytes, opcode: first & 15, payload, size: start + length };
}

function extendedLength(bytes: Buffer, lengthBytes: number): number {
  return lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
}

// The service never sends fragments. One would need a closer look, so it counts as a fault.
function frameFault({ first, isMasked, lengthBytes, ...frame }: RawFrame): string | undefined {
  const length = frame.payload.length;
  const faults: [boolean, string][] = [
    [isMasked, 'a masked frame'],
    [(first & 0x70) !== 0, 'reserved bits'],
    [first < 0x80, 'a fragment'],
    [![1, 2, 8, 9, 10].includes(frame.opcode), 'an unknown opcode'],
    [fewest(BigInt(length)) !== lengthBytes, 'a length in too many bytes'],
    [frame.opcode >= 8 && length > 125, 'a control frame that is too long'],
    [frame.opcode === opcode.text && utf8(frame.payload) !== 'whole', 'text that is not UTF-8'],
    [frame.opcode === opcode.close && !isGoodClosing(frame), 'a wrong close frame'],
  ];
  return faults.find(([holds]) => holds)?.[1];
}

function isGoodClosing(frame: ServerFrame): boolean {
  const { payload } = frame;
  if (payload.length === 0) {
    return true;
  }
  return (
    payload.length > 1 && isCloseCode(closeCode(frame)) && utf8(payload.subarray(2)) === 'whole'
  );
}
