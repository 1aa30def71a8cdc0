import { closing, encode, opcode } from './frames.js';
import {
  badCode,
  begun,
  blob,
  broken,
  brokenUtf8,
  close,
  content,
  control,
  flipped,
  fragments,
  goodCode,
  goodCodes,
  interleaved,
  message,
  one,
  oversized,
  text,
} from './ingredients.js';
import type { Random } from './random.js';

/**
 * A kind of input after a valid handshake. `right` is what the RFC requires, and is compared with
 * what the bytes are found to be: `open` for a connection that stays open, `any` if it depends on
 * chance, or the close codes.
 */
export interface FrameKind {
  name: string;
  weight: number;
  right: string;
  make: (random: Random, limit: number) => Buffer[];
}

/** The sections are those of RFC 6455. */
export const frameKinds: FrameKind[] = [
  // 5.6, unusual but valid
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
    name: 'data after a close',
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
