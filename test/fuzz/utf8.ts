export type Utf8 = 'whole' | 'unfinished' | 'broken';

interface Lead {
  from: number;
  to: number;
  /** How many bytes follow, and the range of the first of them. */
  tail: number;
  low: number;
  high: number;
}

// RFC 3629, section 4: the syntax of UTF-8, row by row.
const leads: Lead[] = [
  { from: 0x00, to: 0x7f, tail: 0, low: 0, high: 0 },
  { from: 0xc2, to: 0xdf, tail: 1, low: 0x80, high: 0xbf },
  { from: 0xe0, to: 0xe0, tail: 2, low: 0xa0, high: 0xbf },
  { from: 0xe1, to: 0xec, tail: 2, low: 0x80, high: 0xbf },
  { from: 0xed, to: 0xed, tail: 2, low: 0x80, high: 0x9f },
  { from: 0xee, to: 0xef, tail: 2, low: 0x80, high: 0xbf },
  { from: 0xf0, to: 0xf0, tail: 3, low: 0x90, high: 0xbf },
  { from: 0xf1, to: 0xf3, tail: 3, low: 0x80, high: 0xbf },
  { from: 0xf4, to: 0xf4, tail: 3, low: 0x80, high: 0x8f },
];

/**
 * What bytes are as UTF-8: `unfinished` ones could be completed. Written from the RFC, so that it
 * does not share a mistake with Node.js.
 */
export function utf8(bytes: Buffer): Utf8 {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes.readUInt8(at);
    const lead = leads.find(({ from, to }) => first >= from && first <= to);
    if (lead === undefined) {
      return 'broken';
    }
    const tail = bytes.subarray(at + 1, at + 1 + lead.tail);
    if (!fits(tail, lead)) {
      return 'broken';
    }
    if (tail.length < lead.tail) {
      return 'unfinished';
    }
    at += 1 + lead.tail;
  }
  return 'whole';
}

function fits(tail: Buffer, { low, high }: Lead): boolean {
  return tail.every((byte, index) => {
    const [from, to] = index === 0 ? [low, high] : [0x80, 0xbf];
    return byte >= from && byte <= to;
  });
}
