import { encode, opcode, type ClientFrame } from './frames.js';
import type { Random } from './random.js';

type Parts = Omit<ClientFrame, 'mask'> & { mask?: Buffer | undefined };

/** One frame, masked like a browser's unless the parts say otherwise. */
export function one(random: Random, parts: Parts): Buffer {
  return encode({ mask: random.bytes(4), ...parts });
}

const lengths = [0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 1000];

export function text(random: Random): Buffer {
  return Buffer.from(random.text(random.int(0, 60)));
}

export function blob(random: Random): Buffer {
  return random.bytes(random.chance(0.3) ? random.pick(lengths) : random.int(0, 80));
}

interface Content {
  kind: number;
  payload: Buffer;
}

export function content(random: Random): Content {
  return random.chance(0.5)
    ? { kind: opcode.text, payload: text(random) }
    : { kind: opcode.binary, payload: blob(random) };
}

/** @returns a complete message in one frame */
export function message(random: Random): Buffer {
  const { kind, payload } = content(random);
  return one(random, { opcode: kind, payload });
}

/** Cuts a message into frames, including empty ones. */
export function fragments(random: Random, { kind, payload }: Content, count: number): Buffer[] {
  const cuts = Array.from({ length: count - 1 }, () => random.int(0, payload.length));
  const edges = [0, ...cuts.toSorted((a, b) => a - b), payload.length];
  return edges.slice(1).map((end, index) => {
    const part = payload.subarray(edges[index], end);
    const fin = index === count - 1;
    return one(random, { opcode: index === 0 ? kind : opcode.continuation, fin, payload: part });
  });
}

export function control(random: Random): Buffer {
  const payload = random.bytes(random.pick([0, 1, 4, 30, 124, 125]));
  return one(random, { opcode: random.pick([opcode.ping, opcode.pong]), payload });
}

export function interleaved(random: Random): Buffer[] {
  const frames = fragments(random, content(random), random.int(2, 6));
  return frames.flatMap((frame, index) => (index === 0 ? [frame] : [control(random), frame]));
}

/** The first frames of a message, without the last one. */
export function begun(random: Random): Buffer[] {
  return fragments(random, content(random), random.int(2, 5)).slice(0, -1);
}

export function close(random: Random, payload: Buffer): Buffer[] {
  return [one(random, { opcode: opcode.close, payload })];
}

export const goodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const badCodes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

export function goodCode(random: Random): number {
  return random.chance(0.7) ? random.pick(goodCodes) : random.int(3000, 4999);
}

export function badCode(random: Random): number {
  const spans = [
    [0, 999],
    [1016, 2999],
    [5000, 65_535],
  ] as const;
  const [low, high] = random.pick(spans);
  return random.chance(0.5) ? random.pick(badCodes) : random.int(low, high);
}

// Overlong forms, surrogates, beyond U+10FFFF, lone and missing tails, bytes that never occur.
export const brokenUtf8 = (
  'c080 c1bf e08080 e09fbf f0808080 f08fbfbf eda080 edbfbf eda080edb080 f4908080 f5808080 ' +
  'f8888080 80 bf c3 e282 f09f98 c328 e2e282ac fe ff'
)
  .split(' ')
  .map((hex) => Buffer.from(hex, 'hex'));

/** Text that is not UTF-8: something invalid between two texts. */
export function broken(random: Random): Buffer {
  const behind = Buffer.from(random.chance(0.5) ? '' : `x${random.text(8)}`);
  return Buffer.concat([text(random), random.pick(brokenUtf8), behind]);
}

export function oversized(limit: number): Buffer {
  return Buffer.alloc(limit + 1, 'x');
}

export function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = random.int(1, 4); flips > 0; flips -= 1) {
    const at = random.int(0, Math.min(copy.length - 1, random.chance(0.5) ? 5 : copy.length));
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.int(0, 7)), at);
  }
  return copy;
}
