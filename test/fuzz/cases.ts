import type { Target } from '../support/service.js';
import { dueFor, type Due } from './due.js';
import { frameKinds, type FrameKind } from './frame-kinds.js';
import { handshakeKinds, type HandshakeKind } from './handshake-kinds.js';
import { message } from './ingredients.js';
import { pipelinedKinds, type PipelinedKind } from './pipelined.js';
import { randomOf, type Random } from './random.js';
import { handshake, valueOf, written, type Request } from './requests.js';

export type Scheme = 'ws' | 'wss';
export type Targets = Record<Scheme, Target>;

interface Common {
  number: number;
  name: string;
  scheme: Scheme;
  /** All bytes to send, cut into writes. */
  pieces: Buffer[];
  /** The key of the handshake, for which there is exactly one right answer. */
  key: string;
}

/** Frames after a valid handshake. */
export interface FrameCase extends Common {
  type: 'frames';
  due: Due;
  /** The handshake. It comes before the pieces unless they begin with it. */
  request: Buffer;
  /**
   * Which connection is used: that of an earlier case if there is one, a new one, or a new one with
   * frames that arrive with the handshake.
   */
  opening: 'shared' | 'own' | 'together';
}

/** A special or invalid handshake. */
export interface HandshakeCase extends Common {
  type: 'handshake';
  right: string[];
  method: string;
  tellsVersion: boolean;
}

/** Something that the client aborts. */
export interface BrokenCase extends Common {
  type: 'broken';
  ending: 'end' | 'reset' | 'hold';
}

/** Requests and a handshake, sent one after the other without a pause. */
export interface PipelinedCase extends Common {
  type: 'pipelined';
}

export type Case = FrameCase | HandshakeCase | BrokenCase | PipelinedCase;

interface BreakKind {
  name: string;
  weight: number;
  ending: BrokenCase['ending'];
}

const breaks: BreakKind[] = [
  { name: 'half handshake, closed', ending: 'end', weight: 40 },
  { name: 'half handshake, reset', ending: 'reset', weight: 40 },
  { name: 'half handshake, left open', ending: 'hold', weight: 10 },
  { name: 'reset after the handshake', ending: 'reset', weight: 30 },
];

type Row =
  | { type: 'frames'; kind: FrameKind }
  | { type: 'handshake'; kind: HandshakeKind }
  | { type: 'pipelined'; kind: PipelinedKind }
  | { type: 'broken'; kind: BreakKind };

const rows: Row[] = [
  ...frameKinds.map((kind) => ({ type: 'frames' as const, kind })),
  ...handshakeKinds.map((kind) => ({ type: 'handshake' as const, kind })),
  ...pipelinedKinds.map((kind) => ({ type: 'pipelined' as const, kind })),
  ...breaks.map((kind) => ({ type: 'broken' as const, kind })),
];

/** The names of all kinds. */
export const kindNames = rows.map(({ kind }) => kind.name);

function drawn(random: Random, skip: ReadonlySet<string>): Row {
  const open = rows.filter(({ kind }) => !skip.has(kind.name));
  const total = open.reduce((sum, { kind }) => sum + kind.weight, 0);
  let left = (random.int(0, 1_000_000) / 1_000_001) * total;
  for (const row of open) {
    left -= row.kind.weight;
    if (left < 0) {
      return row;
    }
  }
  throw new Error('There is no kind to try.');
}

interface Run {
  seed: number;
  targets: Targets;
  /** The longest message that the services take, in bytes. */
  limit: number;
  /** Kinds to skip. */
  skip: ReadonlySet<string>;
}

/** Creates a case. The same seed, number and kinds to skip give the same case. */
export function caseOf(number: number, { seed, targets, limit, skip }: Run): Case {
  const random = randomOf(seed, number);
  const scheme = random.pick(['ws', 'wss'] as const);
  const request = handshake(targets[scheme], random);
  const row = drawn(random, skip);
  const { name } = row.kind;
  const common = { number, name, scheme, key: valueOf(request, 'Sec-WebSocket-Key') };
  if (row.type === 'frames') {
    return { ...common, ...frameCase(random, { kind: row.kind, limit, request }) };
  }
  if (row.type === 'handshake') {
    return { ...common, ...handshakeCase(random, row.kind, request) };
  }
  const whole = written(request);
  if (row.type === 'pipelined') {
    const bytes = Buffer.concat([row.kind.make(random, request), whole]);
    // Mostly in one packet: the handshake should arrive before the first answers.
    return { ...common, type: row.type, pieces: random.chance(0.7) ? [bytes] : cut(random, bytes) };
  }
  const frames = row.kind.name.startsWith('half') ? [] : [message(random), message(random)];
  const bytes =
    frames.length === 0
      ? whole.subarray(0, random.int(0, whole.length - 1))
      : Buffer.concat([whole, ...frames].slice(0, random.int(1, 3)));
  return { ...common, type: 'broken', ending: row.kind.ending, pieces: cut(random, bytes) };
}

interface FrameParts {
  kind: FrameKind;
  limit: number;
  request: Request;
}

function frameCase(random: Random, { kind, limit, request }: FrameParts) {
  const before = random.chance(0.3) ? [message(random), message(random)] : [];
  const core = kind.make(random, limit);
  const behind = kind.right === 'open' || random.chance(0.5) ? [] : [message(random)];
  const bytes = Buffer.concat([...before, ...core, ...behind]);
  const due = dueFor(bytes, limit);
  checkRight(kind, due);
  const whole = written(request);
  const opening = random.pick(['shared', 'shared', 'own', 'together'] as const);
  const sent = opening === 'together' ? Buffer.concat([whole, bytes]) : bytes;
  return { type: 'frames' as const, due, request: whole, opening, pieces: cut(random, sent) };
}

/** The kind and the reader both state what is right. They must not contradict each other. */
function checkRight({ name, right }: FrameKind, { codes }: Due): void {
  const ok =
    right === 'any' ||
    (codes === undefined
      ? right === 'open'
      : codes.some((code) => right.split(' ').some((entry) => covers(entry, code))));
  if (!ok) {
    throw new Error(`"${name}" should be ${right}, but its bytes are due ${codes ?? 'open'}.`);
  }
}

function covers(entry: string, code: number): boolean {
  const [low, high = low] = entry.split('-').map(Number);
  return low !== undefined && high !== undefined && code >= low && code <= high;
}

function handshakeCase(random: Random, kind: HandshakeKind, request: Request) {
  const made = kind.make(random, request);
  const bytes = Buffer.isBuffer(made) ? made : written(made);
  const right = kind.right.split(' ');
  // The service must not read a frame after a refused handshake. Unread bytes make the system reset
  // the connection, and the reset may overtake the answer.
  const more = !right.includes('101') && random.chance(0.15);
  return {
    type: 'handshake' as const,
    right: more ? [...right, 'end'] : right,
    method: Buffer.isBuffer(made) ? '' : made.method,
    tellsVersion: kind.tellsVersion === true,
    pieces: cut(random, more ? Buffer.concat([bytes, message(random)]) : bytes),
  };
}

const byteByByte = 300;

/** Cuts bytes into writes: one write, single bytes, or random pieces. */
function cut(random: Random, bytes: Buffer): Buffer[] {
  const way = random.int(0, 9);
  if (way < 6 || bytes.length < 2) {
    return [bytes];
  }
  if (way === 6 && bytes.length <= byteByByte) {
    return Array.from(bytes, (byte) => Buffer.from([byte]));
  }
  const places = Array.from({ length: random.int(1, 4) }, () => random.int(1, bytes.length - 1));
  const edges = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}
