import type { Target } from '../support/service.js';
import { encode, frameReader, opcode, type FrameReader } from './frames.js';
import { acceptFor } from './requests.js';
import { openWire, type Wire } from './wire.js';

/** The head of an HTTP response. Header names are in lower case. */
export interface Head {
  status: number;
  headers: Map<string, string>;
}

/** A client: what it has received, in terms of HTTP and WebSocket. */
export interface Peer {
  wire: Wire;
  head?: Head;
  /** Whether the response and its content have arrived. */
  answered: () => boolean;
  /** What came after the head, unless it belongs to a WebSocket. */
  content: Buffer;
  reader: FrameReader;
  /** A rule of HTTP that the server has broken. */
  fault?: string;
}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d)(?: [\x20-\x7e]*)?$/;
const headerLine = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;

/** Connects. Pings of the server are answered as long as the WebSocket is open. */
export async function openPeer(target: Target, localAddress?: string): Promise<Peer> {
  const state = { rest: Buffer.alloc(0), pings: 0 };
  const read = (chunk: Buffer): void => {
    if (peer.head?.status === 101) {
      readFrames(chunk);
      return;
    }
    if (peer.head !== undefined) {
      peer.content = Buffer.concat([peer.content, chunk]);
      return;
    }
    state.rest = Buffer.concat([state.rest, chunk]);
    const end = state.rest.indexOf('\r\n\r\n');
    if (end < 0) {
      return;
    }
    const [head, behind] = [state.rest.subarray(0, end), state.rest.subarray(end + 4)];
    peer.head = headOf(head.toString('latin1'), peer);
    read(behind);
  };
  const readFrames = (chunk: Buffer): void => {
    const known = peer.reader.frames.length;
    peer.reader.push(chunk);
    const pings = peer.reader.frames.slice(known).filter((frame) => frame.opcode === opcode.ping);
    const pongs = pings.map(({ payload }) =>
      encode({ opcode: opcode.pong, payload, mask: Buffer.from([1, 2, 3, 4]) }),
    );
    void peer.wire.send(pongs);
  };
  const given: Omit<Peer, 'wire'> = {
    answered: () => isAnswered(peer),
    content: Buffer.alloc(0),
    reader: frameReader(),
  };
  const wire = await openWire({
    target,
    onData: (chunk) => read(chunk),
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  const peer: Peer = Object.assign(given, { wire });
  return peer;
}

function headOf(text: string, peer: Pick<Peer, 'fault'>): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = statusLine.exec(first)?.[1];
  const parsed = lines.map((line) => headerLine.exec(line));
  if (status === undefined || parsed.includes(null)) {
    peer.fault = `The answer is not HTTP: ${text}`;
  }
  const pairs = parsed.map((match): [string, string] => [
    (match?.[1] ?? '').toLowerCase(),
    match?.[2] ?? '',
  ]);
  return { status: Number(status ?? 0), headers: new Map(pairs) };
}

function isAnswered({ head, content }: Peer): boolean {
  const length = Number(head?.headers.get('content-length') ?? 0);
  return head !== undefined && (head.status === 101 || content.length >= length);
}

/** @returns what is wrong with an accepted handshake (RFC 6455, section 4.2.2, step 5) */
export function acceptFault({ headers }: Head, key: string): string | undefined {
  const wrong = [
    headers.get('upgrade')?.toLowerCase() !== 'websocket' && 'Upgrade',
    headers.get('connection')?.toLowerCase() !== 'upgrade' && 'Connection',
    headers.get('sec-websocket-accept') !== acceptFor(key) && 'Sec-WebSocket-Accept',
    // The service does not compress.
    headers.has('sec-websocket-extensions') && 'Sec-WebSocket-Extensions',
  ].find((name) => name !== false);
  return wrong === undefined ? undefined : `101 came with a wrong ${wrong}.`;
}
