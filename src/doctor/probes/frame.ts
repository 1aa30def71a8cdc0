import { randomBytes } from 'node:crypto';
import { TextDecoder } from 'node:util';
import type { FrameFault } from '../upgrade-evidence.js';

/** Opcodes of frames (RFC 6455, section 11.8). */
export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** @returns a masked frame of a client; the payload has less than 126 bytes */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (mask[index % mask.length] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]);
}

/** @returns the frame that closes normally (code 1000) */
export function closeFrame(): Buffer {
  return clientFrame(opcodes.close, Buffer.from([0x03, 0xe8]));
}

/** What a server sent: a whole message, a control frame, or what is not a frame. */
export type Arrived =
  | { kind: 'message' }
  | { kind: 'control'; opcode: number; payload: Buffer }
  | { kind: 'fault'; fault: FrameFault; bytes: Buffer };

/** The first two bytes of a frame (section 5.2). */
interface Start {
  opcode: number;
  final: boolean;
  /** The three reserved bits. */
  reserved: number;
  masked: boolean;
  /** The short form of the length. */
  short: number;
}

function startOf([first = 0, second = 0]: Buffer): Start {
  return {
    opcode: first & 0x0f,
    final: (first & 0x80) !== 0,
    reserved: first & 0x70,
    masked: (second & 0x80) !== 0,
    short: second & 0x7f,
  };
}

const http = Buffer.from('HTTP/');
/** Compressed messages have this bit (RFC 7692, section 6). */
const compressedBit = 0x40;

/** How the message is that a frame belongs to. */
interface Message {
  /** A frame of it has arrived, and its last one has not. */
  open: boolean;
  /** Checks a text that is not compressed. */
  decoder?: TextDecoder | undefined;
}

function isControl({ opcode }: Start): boolean {
  return opcode >= opcodes.close;
}

/** What is wrong with the beginning of a frame. */
function faultOf(start: Start, message: Message, deflate: boolean): FrameFault | undefined {
  const { opcode, reserved, masked, short, final } = start;
  const mayBeCompressed = deflate && !isControl(start) && opcode !== opcodes.continuation;
  if (reserved === compressedBit && !mayBeCompressed && !masked && opcode <= opcodes.binary) {
    return 'compressed';
  }
  if (reserved !== 0 && !(mayBeCompressed && reserved === compressedBit)) {
    return 'reserved';
  }
  if ((opcode > opcodes.binary && opcode < opcodes.close) || opcode > opcodes.pong) {
    return 'opcode';
  }
  if (masked) {
    return 'masked';
  }
  if (isControl(start)) {
    return short > 125 || !final ? 'control' : undefined;
  }
  return (opcode === opcodes.continuation) === message.open ? undefined : 'continuation';
}

/** The lengths of header and payload; undefined until they have arrived. */
function lengthsOf(
  bytes: Buffer,
  { short }: Start,
): { header: number; payload: number } | undefined {
  if (short === 126) {
    return bytes.length < 4 ? undefined : { header: 4, payload: bytes.readUInt16BE(2) };
  }
  if (short === 127) {
    return bytes.length < 10
      ? undefined
      : { header: 10, payload: Number(bytes.readBigUInt64BE(2)) };
  }
  return { header: 2, payload: short };
}

/** The length must have its shortest form, and the first bit of a long one is 0 (section 5.2). */
function isLengthValid(payload: number, { short }: Start): boolean {
  const least = { 126: 126, 127: 65_536 }[short] ?? 0;
  return payload >= least && payload < 2 ** 63;
}

/** Browsers and Node.js refuse longer frames. */
const longestFrame = 2 ** 31 - 1;

/** Whether a part of a text, and at its end all of it, is UTF-8. */
function isText(decoder: TextDecoder, bytes: Buffer, isEnd: boolean): boolean {
  try {
    decoder.decode(bytes, { stream: !isEnd });
    return true;
  } catch {
    // It is not UTF-8.
    return false;
  }
}

/** What a step of reading gives: something whole, `on` for progress, `more` if bytes are missing. */
type Step = Arrived | 'on' | 'more';

/**
 * Reads what a server sends on a socket (section 5), piece by piece. Of messages it keeps nothing.
 * @param deflate whether permessage-deflate was agreed on
 * @returns a function that takes the next bytes and gives what they complete; nothing after a fault
 */
export function frameReader(deflate: boolean): (bytes: Buffer) => Arrived[] {
  const message: Message = { open: false };
  /** The data frame that is being read: how many bytes are still to come. */
  const data = { left: 0, final: true, ended: true };
  const state = { rest: Buffer.alloc(0), broken: false };

  const take = (length: number): Buffer => {
    const taken = state.rest.subarray(0, length);
    state.rest = state.rest.subarray(length);
    return taken;
  };
  const fail = (fault: FrameFault, bytes: Buffer): Step => {
    state.broken = true;
    return { kind: 'fault', fault, bytes };
  };

  const readData = (): Step => {
    if (data.left > 0 && state.rest.length === 0) {
      return 'more';
    }
    const payload = take(data.left);
    data.left -= payload.length;
    data.ended = data.left === 0;
    const isEnd = data.ended && data.final;
    const { decoder } = message;
    if (decoder !== undefined && !isText(decoder, payload, isEnd)) {
      return fail('text', payload);
    }
    message.open = !isEnd;
    return isEnd ? { kind: 'message' } : 'on';
  };

  const readControl = ({ opcode, short }: Start): Step => {
    if (state.rest.length < 2 + short) {
      return 'more';
    }
    const whole = take(2 + short);
    return opcode === opcodes.close && short === 1
      ? fail('close', whole)
      : { kind: 'control', opcode, payload: Buffer.from(whole.subarray(2)) };
  };

  const beginData = (start: Start): Step => {
    const lengths = lengthsOf(state.rest, start);
    if (lengths === undefined) {
      return 'more';
    }
    if (!isLengthValid(lengths.payload, start)) {
      return fail('length', state.rest);
    }
    if (lengths.payload > longestFrame) {
      return fail('size', state.rest);
    }
    take(lengths.header);
    Object.assign(data, { left: lengths.payload, final: start.final, ended: false });
    if (!message.open) {
      const isPlain = start.opcode === opcodes.text && start.reserved === 0;
      message.decoder = isPlain ? new TextDecoder('utf-8', { fatal: true }) : undefined;
      message.open = true;
    }
    return 'on';
  };

  const readStart = (): Step => {
    const { rest } = state;
    const beginning = rest.subarray(0, http.length);
    if (rest.length < 2 || (rest.length < http.length && http.indexOf(beginning) === 0)) {
      return 'more';
    }
    if (beginning.equals(http)) {
      return fail('http', rest);
    }
    const start = startOf(rest);
    const fault = faultOf(start, message, deflate);
    if (fault !== undefined) {
      return fail(fault, rest);
    }
    return isControl(start) ? readControl(start) : beginData(start);
  };

  return (bytes) => {
    state.rest = Buffer.concat([state.rest, bytes]);
    const arrived: Arrived[] = [];
    for (let step: Step = 'on'; step !== 'more' && !state.broken;) {
      step = data.ended ? readStart() : readData();
      if (typeof step === 'object') {
        arrived.push(step);
      }
    }
    return arrived;
  };
}

/** @returns the code and the reason of a close frame; 1005 means no code (section 7.1.5) */
export function closeOf(payload: Buffer): { code: number; reason: string } {
  return payload.length < 2
    ? { code: 1005, reason: '' }
    : { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString('utf8') };
}
