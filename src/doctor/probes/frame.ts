import { randomBytes } from 'node:crypto';

/** Opcodes of control frames (RFC 6455, section 11.8). */
export const opcodes = { close: 8, ping: 9, pong: 10 } as const;

/** A frame of a server. */
export interface Frame {
  opcode: number;
  /** Of a control frame; empty for other frames. */
  payload: Buffer;
  /** With its header, in bytes. */
  length: number;
}

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

/** The lengths of payload and header; undefined until they have arrived. */
function lengthsOf(bytes: Buffer): { header: number; payload: number } | undefined {
  const short = (bytes[1] ?? 0) & 0x7f;
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

/**
 * Reads the first frame of what a server sent (RFC 6455, section 5.2).
 * @returns undefined until its header, or a control frame, is complete; `invalid` for a frame that no
 * server may send
 */
export function readFrame(bytes: Buffer): Frame | 'invalid' | undefined {
  if (bytes.length < 2) {
    return undefined;
  }
  const [first = 0, second = 0] = bytes;
  const opcode = first & 0x0f;
  const isReserved = (first & 0x70) !== 0 || (opcode > 2 && opcode < 8) || opcode > 10;
  const isLongControl = opcode >= opcodes.close && (second & 0x7f) > 125;
  if (isReserved || isLongControl || (second & 0x80) !== 0) {
    return 'invalid';
  }
  const lengths = lengthsOf(bytes);
  if (lengths === undefined) {
    return undefined;
  }
  const length = lengths.header + lengths.payload;
  if (opcode < opcodes.close) {
    return { opcode, payload: Buffer.alloc(0), length };
  }
  return bytes.length < length
    ? undefined
    : { opcode, payload: bytes.subarray(lengths.header, length), length };
}

/** @returns the code and the reason of a close frame; 1005 means no code (section 7.1.5) */
export function closeOf(payload: Buffer): { code: number; reason: string } {
  return payload.length < 2
    ? { code: 1005, reason: '' }
    : { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString('utf8') };
}
