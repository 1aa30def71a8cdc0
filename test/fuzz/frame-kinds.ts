import { closing, encode, opcode, type ClientFrame } from './frames.js';
import type { Random } from './random.js';

/**
 * A kind of input behind a good handshake. `right` is what the RFC makes of it, and is held against
 * what the bytes are found to be: `open` for a connection that stays open, `any` for what is left
 * to chance, else the close codes.
 */
export interface FrameKind {
  name: string;
  weight: number;
  right: string;
  make: (random: Random, limit: number) => Buffer[];
}

type Parts = Omit<ClientFrame, 'mask'> & { mask?: Buffer | undefined };

/** One frame, masked like a browser's unless the parts say otherwise. */
function one(random: Random, parts: Parts): Buffer {
  return encode({ mask: random.bytes(4), ...parts });
}

const lengths = [0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 1000];

function text(random: Random): Buffer {
  return Buffer.from(random.text(random.int(0, 60)));
}

function blob(random: Random): Buffer {
  return random.bytes(random.chance(0.3) ? random.pick(lengths) : random.int(0, 80));
}

interface Content {
  kind: number;
  payload: Buffer;
}

function content(random: Random): Content {
  return random.chance(0.5)
    ? { kind: opcode.text, payload: text(random) }
    : { kind: opcode.binary, payload: blob(random) };
}

/** @returns a whole message in one frame */
export function message(random: Random): Buffer {
  const { kind, payload } = content(random);
  return one(random, { opcode: kind, payload });
}

/** Cuts a message into frames, empty ones among them. */
function fragments(random: Random, { kind, payload }: Content, count: number): Buffer[] {
  const cuts = Array.from({ length: count - 1 }, () => random.int(0, payload.length));
  const edges = [0, ...cuts.toSorted((a, b) => a - b), payload.length];
  return edges.slice(1).map((end, index) => {
    const part = payload.subarray(edges[index], end);
    const fin = index === count - 1;
    return one(random, { opcode: index === 0 ? kind : opcode.continuation, fin, payload: part });
  });
}

function control(random: Random): Buffer {
  const payload = random.bytes(random.pick([0, 1, 4, 30, 124, 125]));
  return one(random, { opcode: random.pick([opcode.ping, opcode.pong]), payload });
}

function interleaved(random: Random): Buffer[] {
  const frames = fragments(random, content(random), random.int(2, 6));
  return frames.flatMap((frame, index) => (index === 0 ? [frame] : [control(random), frame]));
}

/** The first frames of a message, without its last. */
function begun(random: Random): Buffer[] {
  return fragments(random, content(random), random.int(2, 5)).slice(0, -1);
}

function close(random: Random, payload: Buffer): Buffer[] {
  return [one(random, { opcode: opcode.close, payload })];
}

const goodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const badCodes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

function goodCode(random: Random): number {
  return random.chance(0.7) ? random.pick(goodCodes) : random.int(3000, 4999);
}

function badCode(random: Random): number {
  const spans = [
    [0, 999],
    [1016, 2999],
    [5000, 65_535],
  ] as const;
  const [low, high] = random.pick(spans);
  return random.chance(0.5) ? random.pick(badCodes) : random.int(low, high);
}

// Overlong forms, surrogates, beyond U+10FFFF, lone and missing tails, bytes that never occur.
const brokenUtf8 = (
  'c080 c1bf e08080 e09fbf f0808080 f08fbfbf eda080 edbfbf eda080edb080 f4908080 f5808080 ' +
  'f8888080 80 bf c3 e282 f09f98 c328 e2e282ac fe ff'
)
  .split(' ')
  .map((hex) => Buffer.from(hex, 'hex'));

/** Text that is not UTF-8: something broken between two texts. */
function broken(random: Random): Buffer {
  const behind = Buffer.from(random.chance(0.5) ? '' : `x${random.text(8)}`);
  return Buffer.concat([text(random), random.pick(brokenUtf8), behind]);
}

function oversized(limit: number): Buffer {
  return Buffer.alloc(limit + 1, 'x');
}

function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = random.int(1, 4); flips > 0; flips -= 1) {
    const at = random.int(0, Math.min(copy.length - 1, random.chance(0.5) ? 5 : copy.length));
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.int(0, 7)), at);
  }
  return copy;
}

/** The sections are those of RFC 6455. */
export const frameKinds: FrameKind[] = [
  // 5.6, and what is odd but right.
  { name: 'message', weight: 60, right: 'open', make: (random) => [message(random)] },
  {
    name: 'messages in one write',
    weight: 20,
    right: 'open',
    make: (random) => Array.from({ length: random.int(2, 12) }, () => message(random)),
  },
  {
    name: 'longest message',
    weight: 1,
    right: 'open',
    make: (random, limit) => {
      const payload = Buffer.alloc(limit - random.pick([0, 0, 1, 2]), 'x');
      return [one(random, { opcode: random.pick([1, 2]), payload })];
    },
  },
  {
    name: 'mask of zeros',
    weight: 6,
    right: 'open',
    make: (random) => {
      const { kind, payload } = content(random);
      return [one(random, { opcode: kind, payload, mask: Buffer.alloc(4) })];
    },
  },
  // 5.4
  {
    name: 'fragments',
    weight: 40,
    right: 'open',
    make: (random) => fragments(random, content(random), random.int(2, 12)),
  },
  {
    name: 'a byte in each fragment',
    weight: 6,
    right: 'open',
    make: (random) => {
      const payload = text(random);
      return fragments(random, { kind: opcode.text, payload }, payload.length + 1);
    },
  },
  { name: 'interleaved control frames', weight: 40, right: 'open', make: interleaved },
  { name: 'message left unfinished', weight: 10, right: 'open', make: begun },
  {
    name: 'continuation without start',
    weight: 30,
    right: '1002',
    make: (random) => {
      const fin = random.chance(0.5);
      return [one(random, { opcode: opcode.continuation, fin, payload: blob(random) })];
    },
  },
  {
    name: 'new message inside a fragmented one',
    weight: 30,
    right: '1002',
    make: (random) => [...begun(random), message(random)],
  },
  {
    name: 'flood of empty fragments',
    weight: 0.2,
    right: 'open',
    make: (random) => {
      const start = one(random, { opcode: opcode.binary, fin: false });
      const empty = one(random, { opcode: opcode.continuation, fin: false });
      const end = one(random, { opcode: opcode.continuation });
      return [start, Buffer.concat(Array.from({ length: 20_000 }, () => empty)), end];
    },
  },
  // 5.5.2, 5.5.3
  { name: 'ping or pong', weight: 30, right: 'open', make: (random) => [control(random)] },
  {
    name: 'flood of pings',
    weight: 4,
    right: 'open',
    make: (random) => Array.from({ length: random.int(50, 600) }, () => control(random)),
  },
  // 5.2
  {
    name: 'length in too many bytes',
    weight: 30,
    right: 'open',
    make: (random) => {
      const { kind, payload } = content(random);
      const lengthBytes = payload.length < 126 && random.chance(0.5) ? 2 : 8;
      return [one(random, { opcode: kind, payload, lengthBytes })];
    },
  },
  {
    name: 'length with its top bit set',
    weight: 20,
    right: '1002 1009',
    make: (random) => {
      const declared = 2n ** 63n + BigInt(random.int(0, 2 ** 32));
      return [one(random, { opcode: random.pick([1, 2]), declared, payload: blob(random) })];
    },
  },
  {
    name: 'huge length',
    weight: 20,
    right: '1009',
    make: (random) => {
      const declared = 2n ** BigInt(random.int(17, 62)) + BigInt(random.int(0, 1000));
      return [one(random, { opcode: random.pick([1, 2]), declared, payload: blob(random) })];
    },
  },
  {
    name: 'reserved bits',
    weight: 40,
    right: '1002',
    make: (random) => {
      const kind = random.pick([1, 1, 2, 2, 8, 9, 10]);
      return [
        one(random, {
          opcode: kind,
          rsv: random.int(1, 7),
          payload: text(random).subarray(0, 100),
        }),
      ];
    },
  },
  {
    name: 'reserved bits on a continuation',
    weight: 10,
    right: '1002',
    make: (random) => [
      ...begun(random),
      one(random, { opcode: opcode.continuation, rsv: random.int(1, 7), payload: blob(random) }),
    ],
  },
  {
    name: 'reserved opcode',
    weight: 40,
    right: '1002',
    make: (random) => {
      const kind = random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
      return [one(random, { opcode: kind, fin: random.chance(0.8), payload: blob(random) })];
    },
  },
  // 5.1
  {
    name: 'unmasked frame',
    weight: 40,
    right: '1002',
    make: (random) => {
      const kind = random.pick([1, 1, 2, 2, 8, 9, 10]);
      const payload = kind === opcode.close ? closing(1000) : Buffer.from('unmasked');
      return [encode({ opcode: kind, payload, mask: undefined })];
    },
  },
  // 5.5
  {
    name: 'control frame over 125 bytes',
    weight: 30,
    right: '1002',
    make: (random) => {
      const payload = random.bytes(random.pick([126, 127, 200, 1000]));
      const lengthBytes = random.pick([2, 8] as const);
      return [one(random, { opcode: random.pick([8, 9, 10]), payload, lengthBytes })];
    },
  },
  {
    name: 'fragmented control frame',
    weight: 30,
    right: '1002',
    make: (random) => {
      const payload = random.bytes(random.pick([0, 2, 60]));
      return [one(random, { opcode: random.pick([8, 9, 10]), fin: false, payload })];
    },
  },
  // 5.5.1, 7.4
  {
    name: 'close with a code',
    weight: 30,
    right: goodCodes.join(' '),
    make: (random) => {
      const code = random.pick(goodCodes);
      return close(random, closing(code, Buffer.from(random.text(random.int(0, 30)))));
    },
  },
  {
    name: 'close with a private code',
    weight: 10,
    right: '3000-4999',
    make: (random) => close(random, closing(random.int(3000, 4999))),
  },
  {
    name: 'close without a code',
    weight: 10,
    right: '1005',
    make: (random) => close(random, Buffer.alloc(0)),
  },
  {
    name: 'close of one byte',
    weight: 20,
    right: '1002',
    make: (random) => close(random, random.bytes(1)),
  },
  {
    name: 'close with an invalid code',
    weight: 40,
    right: '1002',
    make: (random) => close(random, closing(badCode(random))),
  },
  {
    name: 'close with a reason that is not UTF-8',
    weight: 20,
    right: '1007',
    make: (random) => {
      const reason = Buffer.concat([Buffer.from('why '), random.pick(brokenUtf8)]);
      return close(random, closing(goodCode(random), reason));
    },
  },
  {
    name: 'data behind a close',
    weight: 30,
    right: '1001',
    make: (random) => [
      ...close(random, closing(1001)),
      ...Array.from({ length: random.int(1, 5) }, () => message(random)),
    ],
  },
  {
    name: 'close inside a fragmented message',
    weight: 20,
    right: '1000',
    make: (random) => [...begun(random), ...close(random, closing(1000))],
  },
  // 8.1
  {
    name: 'text that is not UTF-8',
    weight: 60,
    right: '1007',
    make: (random) => [one(random, { opcode: opcode.text, payload: broken(random) })],
  },
  {
    name: 'fragmented text that is not UTF-8',
    weight: 40,
    right: '1007',
    make: (random) => fragments(random, { kind: opcode.text, payload: broken(random) }, 4),
  },
  // 10.4
  {
    name: 'message over the limit',
    weight: 2,
    right: '1009',
    make: (random, limit) => [
      one(random, { opcode: random.pick([1, 2]), payload: oversized(limit) }),
    ],
  },
  {
    name: 'length over the limit',
    weight: 20,
    right: '1009',
    make: (random, limit) => {
      const declared = BigInt(limit + random.pick([1, 1, 2, 1000]));
      return [one(random, { opcode: random.pick([1, 2]), declared, payload: blob(random) })];
    },
  },
  {
    name: 'fragments over the limit',
    weight: 2,
    right: '1009',
    make: (random, limit) =>
      fragments(random, { kind: random.pick([1, 2]), payload: oversized(limit) }, 5),
  },
  // No rule, or all of them.
  {
    name: 'random bytes',
    weight: 60,
    right: 'any',
    make: (random) => [random.bytes(random.int(1, random.pick([3, 14, 200])))],
  },
  {
    name: 'flipped bits',
    weight: 60,
    right: 'any',
    make: (random) => [flipped(random, Buffer.concat(interleaved(random)))],
  },
  {
    name: 'frame cut off',
    weight: 40,
    right: 'open',
    make: (random) => {
      const bytes = Buffer.concat(interleaved(random));
      return [bytes.subarray(0, random.int(1, bytes.length - 1))];
    },
  },
];
