import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../support/service.js';
import type { BrokenCase, FrameCase, HandshakeCase } from './cases.js';
import { closeCode, encode, opcode, type ServerFrame } from './frames.js';
import { acceptFault, openPeer, type Peer } from './peer.js';
import { faultIn } from './verdict.js';

/** The result of a case. */
export interface Outcome {
  /** A short text, for counting. */
  seen: string;
  fault?: string | undefined;
  /** The connection, if another case may use it. */
  reusable?: Peer | undefined;
  /** The connection, if it is left open for a while. */
  held?: Peer;
}

/** The service under test, and the address to connect from. */
export interface Place {
  target: Target;
  from: string | undefined;
}

/** How long a server may take for its answers, on a machine that also does other things. */
const patience = 10_000;
const zeros = Buffer.alloc(4);

/** Sends frames, on an open connection or a new one. */
export async function playFrames(
  each: FrameCase,
  { target, from }: Place,
  open: Peer | undefined,
): Promise<Outcome> {
  const peer = open ?? (await openPeer(target, from));
  if (open === undefined) {
    const fault = await shakeHands(peer, each);
    if (fault !== undefined) {
      peer.wire.destroy();
      return { seen: 'no handshake', fault };
    }
  }
  if (open !== undefined) {
    peer.reader.frames = [];
  }
  if (open !== undefined || each.opening !== 'together') {
    await peer.wire.send(each.pieces);
  }
  const halfClosed = await untilSettled(peer, each);
  const { frames, fault } = peer.reader;
  const wrong = faultIn({ frames, fault, ended: peer.wire.ended(), halfClosed }, each.due);
  const goesOn = wrong === undefined && !peer.wire.ended() && each.due.stops === 'message';
  if (!goesOn) {
    peer.wire.destroy();
  }
  return { seen: seenOn(peer), fault: wrong, reusable: goesOn ? peer : undefined };
}

/** Opens the socket. */
async function shakeHands(peer: Peer, { request, pieces, opening, key }: FrameCase) {
  const together = opening === 'together';
  await peer.wire.send(together ? pieces : [request]);
  await peer.wire.until(() => peer.head !== undefined || peer.wire.ended(), patience);
  if (peer.head?.status !== 101) {
    return `A good handshake was answered with ${peer.head?.status ?? 'nothing'}.`;
  }
  return peer.fault ?? acceptFault(peer.head, key);
}

/**
 * Waits until everything has arrived. If the connection should stay open, a ping and its pong show
 * that everything before was read. Inside a frame that is not possible, so the client ends its
 * side.
 *
 * @returns whether the client ended its side
 */
async function untilSettled({ wire, reader }: Peer, { due, number }: FrameCase): Promise<boolean> {
  const broken = (): boolean => wire.ended() || reader.fault !== undefined;
  const last = due.pings.at(-1);
  const isLast = (frame: ServerFrame): boolean =>
    frame.opcode === opcode.pong && last?.equals(frame.payload) === true;
  // Echoes may come after the pong, since no rule sets an order.
  const complete = (): boolean =>
    broken() ||
    (answersIn(reader.frames) >= due.echoes.length &&
      (last === undefined || reader.frames.some(isLast)));
  if (due.codes !== undefined) {
    await wire.until(broken, patience);
    return false;
  }
  if (due.stops === 'frame') {
    // After the client has ended its side, the server need not answer.
    await wire.until(complete, patience);
    wire.end();
    await wire.until(broken, patience);
    return true;
  }
  const payload = Buffer.from(`probe ${number}`);
  await wire.send([encode({ opcode: opcode.ping, payload, mask: zeros })]);
  const isProbe = (frame: ServerFrame): boolean =>
    frame.opcode === opcode.pong && frame.payload.equals(payload);
  const answered = (): boolean => reader.frames.some(isProbe);
  const done = await wire.until(() => broken() || answered(), patience);
  await wire.until(complete, patience);
  if (!done) {
    reader.fault ??= 'A ping after the case was not answered.';
  }
  reader.frames = reader.frames.filter((frame) => !isProbe(frame));
  return false;
}

function answersIn(frames: { opcode: number }[]): number {
  return frames.filter((frame) => frame.opcode < opcode.close).length;
}

function seenOn({ reader, wire }: Peer): string {
  const close = reader.frames.find((frame) => frame.opcode === opcode.close);
  if (close !== undefined) {
    const code = closeCode(close);
    return code < 3000 ? `close ${code}` : 'close with a private code';
  }
  if (wire.ended()) {
    return 'end';
  }
  return answersIn(reader.frames) > 0 ? 'echo' : 'open';
}

/** Sends a special or invalid handshake. */
export async function playHandshake(
  each: HandshakeCase,
  { target, from }: Place,
): Promise<Outcome> {
  const peer = await openPeer(target, from);
  const { wire } = peer;
  await wire.send(each.pieces);
  const isHead = each.method === 'HEAD';
  const answered = (): boolean => (isHead ? peer.head !== undefined : peer.answered());
  const settled = await wire.until(() => answered() || wire.ended(), patience);
  // For a refused connection, the first answer is also the last one.
  const { head } = peer;
  const nothing = settled ? ended : silence;
  const seen = head === undefined ? nothing : `http ${head.status}`;
  const fault = peer.fault ?? handshakeFault(each, peer) ?? (await socketFault(peer));
  wire.destroy();
  return { seen, fault };
}

const [ended, silence] = ['end', 'silence'];

function handshakeFault({ right, key, tellsVersion }: HandshakeCase, peer: Peer) {
  const { head, content, wire } = peer;
  const wanted = right.join(' or ');
  if (head === undefined) {
    const isRight = right.includes('end') && wire.ended();
    return isRight
      ? undefined
      : `${wanted} is due, but there was ${wire.ended() ? ended : silence}.`;
  }
  if (
    !right.some((entry) => entry === String(head.status) || entry === `${head.status}`[0] + 'xx')
  ) {
    return `${wanted} is due, but there was ${head.status}.`;
  }
  if (head.status === 101) {
    return acceptFault(head, key);
  }
  if (tellsVersion && !(head.headers.get('sec-websocket-version') ?? '').includes('13')) {
    return `The answer ${head.status} does not name the version 13.`;
  }
  return content.includes('Echo: ') ? 'A socket that was refused has echoed.' : undefined;
}

/** An accepted socket must work. */
async function socketFault({ head, reader, wire }: Peer): Promise<string | undefined> {
  if (head?.status !== 101) {
    return undefined;
  }
  const payload = Buffer.from('probe');
  await wire.send([encode({ opcode: opcode.binary, payload, mask: zeros })]);
  await wire.until(() => reader.frames.length > 0 || wire.ended(), patience);
  return reader.frames[0]?.payload.equals(payload) === true
    ? reader.fault
    : 'A socket that was accepted does not echo.';
}

/** Sends something that is aborted. All that matters is that nothing else is affected. */
export async function playBroken(each: BrokenCase, { target, from }: Place): Promise<Outcome> {
  const peer = await openPeer(target, from);
  const { wire } = peer;
  await wire.send(each.pieces);
  if (each.ending === 'hold') {
    return { seen: 'held', held: peer };
  }
  if (each.ending === 'reset') {
    // At once, or after the server has had a moment to start.
    await sleep(each.number % 3);
    wire.reset();
    return { seen: 'reset by the client' };
  }
  wire.end();
  const finished = await wire.until(() => wire.ended(), patience);
  wire.destroy();
  return { seen: seenBroken(peer), fault: finished ? brokenFault(peer) : 'It was left open.' };
}

function seenBroken({ head }: Peer): string {
  return head === undefined ? ended : `http ${head.status}`;
}

/** @returns what is wrong with the answer to an incomplete handshake, if there was one */
export function brokenFault({ head, fault }: Peer): string | undefined {
  if (head === undefined || (head.status >= 400 && head.status < 500)) {
    return fault;
  }
  return `Half a handshake was answered with ${head.status}.`;
}
