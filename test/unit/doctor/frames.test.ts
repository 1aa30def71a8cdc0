import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameReader, type Arrived } from '../../../src/doctor/probes/frame.js';

/** A frame of a server. */
function frame(first: number, payload: Buffer | string): Buffer {
  const body = Buffer.from(payload);
  const length = [body.length];
  if (body.length > 125) {
    length.splice(0, 1, 126, body.length >> 8, body.length & 0xff);
  }
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

function kindsOf(arrived: Arrived[]): string[] {
  return arrived.map((each) => {
    if (each.kind === 'control') {
      return `${each.opcode} ${each.payload.toString()}`;
    }
    return each.kind === 'fault' ? each.fault : each.kind;
  });
}

function read(deflate: boolean, ...pieces: Buffer[]): string[] {
  const reader = frameReader(deflate);
  return kindsOf(pieces.flatMap((piece) => reader(piece)));
}

const broken: [string, Buffer, string][] = [
  ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'http'],
  ['a mask', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61]), 'masked'],
  ['compression', frame(0xc1, 'x'), 'compressed'],
  ['a compressed binary message', frame(0xc2, 'x'), 'compressed'],
  ['the second reserved bit', frame(0xa1, 'x'), 'reserved'],
  ['a reserved bit of a ping', frame(0xc9, ''), 'reserved'],
  ['a page', Buffer.from('<!doctype html>'), 'reserved'],
  ['opcode 3', frame(0x83, ''), 'opcode'],
  ['opcode 11', frame(0x8b, ''), 'opcode'],
  ['a ping in fragments', frame(0x09, ''), 'control'],
  ['a long ping', frame(0x89, 'x'.repeat(126)), 'control'],
  ['a continuation of nothing', frame(0x80, 'x'), 'continuation'],
  ['a message in another one', Buffer.concat([frame(0x01, 'a'), frame(0x81, 'b')]), 'continuation'],
  ['16 bits for a short length', Buffer.from([0x81, 126, 0, 125]), 'length'],
  ['64 bits for a short length', Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 255, 255]), 'length'],
  ['a length with the first bit', Buffer.from([0x81, 127, 128, 0, 0, 0, 0, 0, 0, 0]), 'length'],
  ['a length of 2 GiB', Buffer.from([0x82, 127, 0, 0, 0, 0, 128, 0, 0, 0]), 'size'],
  ['invalid UTF-8', frame(0x81, Buffer.from([0xff])), 'text'],
  ['UTF-8 that is cut off', frame(0x81, Buffer.from([0xe2, 0x82])), 'text'],
  ['a close frame of one byte', frame(0x88, 'x'), 'close'],
];

describe('the frames of a server', () => {
  it.each(broken)('are refused with %s', (_name, bytes, fault) => {
    expect(read(false, bytes).at(-1)).toBe(fault);
    expect(read(false, ...Array.from(bytes, (byte) => Buffer.from([byte]))).at(-1)).toBe(fault);
    expect(read(false, frame(0x82, 'fine'), bytes)).toContain(fault);
  });

  it('may be compressed after permessage-deflate was agreed on', () => {
    const message = Buffer.concat([frame(0x41, 'a'), frame(0x89, ''), frame(0x80, 'b')]);
    expect(read(true, message, frame(0x81, 'plain'))).toEqual(['9 ', 'message', 'message']);
    expect(read(true, frame(0x41, 'a'), frame(0xc0, 'b'))).toEqual(['compressed']);
  });

  it('are the same in any pieces', () => {
    const text = fc.string({ maxLength: 300, unit: 'grapheme' });
    const valid = fc.oneof(
      text.map((each) => frame(0x81, each)),
      fc.tuple(text, fc.nat(400)).map(([each, at]) => {
        const body = Buffer.from(each);
        return Buffer.concat([
          frame(0x01, body.subarray(0, at)),
          frame(0x8a, 'p'),
          frame(0x80, body.subarray(at)),
        ]);
      }),
      fc.uint8Array({ maxLength: 200 }).map((each) => frame(0x82, Buffer.from(each))),
      fc.constant(frame(0x88, Buffer.from([3, 0xe8]))),
    );
    fc.assert(
      fc.property(fc.array(valid, { maxLength: 5 }), fc.array(fc.nat(600)), (frames, cuts) => {
        const all = Buffer.concat(frames);
        const places = [0, ...cuts.filter((cut) => cut < all.length), all.length];
        const sorted = places.toSorted((one, other) => one - other);
        const pieces = sorted.slice(1).map((end, index) => all.subarray(sorted[index], end));
        const whole = read(false, all);
        expect(read(false, ...pieces)).toEqual(whole);
        expect(whole.length).toBeGreaterThanOrEqual(frames.length);
      }),
    );
  });
});
