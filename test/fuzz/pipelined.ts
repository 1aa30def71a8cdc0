import { setImmediate as turn } from 'node:timers/promises';
import type { Target } from '../support/service.js';
import { encode, frameReader, opcode } from './frames.js';
import type { Random } from './random.js';
import { acceptFor, adding, having, without, written, type Request } from './requests.js';
import { openWire } from './wire.js';

/** Requests that a client sends before its handshake, without waiting for the answers. */
export interface PipelinedKind {
  name: string;
  weight: number;
  make: (random: Random, handshake: Request) => Buffer;
}

const paths = ['/healthz', '/readyz', '/', '/style.css', '/nothing', '/live', '/%zz'];

function plain(random: Random, handshake: Request, method: string): Request {
  const bare = ['Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'].reduce(without, handshake);
  const connection = random.pick(['keep-alive', 'keep-alive', 'keep-alive', 'close']);
  return { ...having(bare, 'Connection', connection), method, path: random.pick(paths) };
}

function withBody(random: Random, request: Request): Buffer {
  if (random.chance(0.5)) {
    const chunked = adding(request, ['Transfer-Encoding', 'chunked']);
    return Buffer.concat([written(chunked), Buffer.from('5\r\nhello\r\n0\r\n\r\n')]);
  }
  const body = Buffer.alloc(random.int(0, 3000), 'x');
  const sized = adding(request, ['Content-Length', String(body.length)]);
  return Buffer.concat([written(sized), body]);
}

/** RFC 9112, section 9.3.2, allows a client to send requests one after the other. */
export const pipelinedKinds: PipelinedKind[] = [
  {
    name: 'GET before a handshake',
    weight: 30,
    make: (random, handshake) => written(plain(random, handshake, 'GET')),
  },
  {
    name: 'HEAD before a handshake',
    weight: 15,
    make: (random, handshake) => written(plain(random, handshake, 'HEAD')),
  },
  {
    name: 'POST before a handshake',
    weight: 20,
    make: (random, handshake) => withBody(random, plain(random, handshake, 'POST')),
  },
  {
    name: 'broken request before a handshake',
    weight: 20,
    make: (random, handshake) => {
      const request = plain(random, handshake, 'GET');
      return random.pick([
        written({ ...request, version: 'HTTP/9' }),
        written(adding(request, ['X A', 'spaced'])),
        written(adding(request, ['Content-Length', '-1'])),
        Buffer.from('\0\r\n\r\n'),
      ]);
    },
  },
  {
    name: 'many requests before a handshake',
    weight: 10,
    make: (random, handshake) =>
      Buffer.concat(
        Array.from({ length: random.int(2, 20) }, () =>
          written(plain(random, handshake, random.pick(['GET', 'HEAD']))),
        ),
      ),
  },
];

interface Pipelined {
  pieces: Buffer[];
  key: string;
}

const patience = 10_000;
const probe = Buffer.from('probe');

/**
 * Sends them. The server may end the connection at the handshake, or open a socket that works. It
 * must not leave the connection open without one.
 */
export async function playPipelined(
  { pieces, key }: Pipelined,
  { target, from }: { target: Target; from: string | undefined },
): Promise<{ seen: string; fault?: string | undefined }> {
  const state = { received: '' };
  const onData = (chunk: Buffer): void => {
    state.received += chunk.toString('latin1');
  };
  const wire = await openWire({
    target,
    onData,
    ...(from === undefined ? {} : { localAddress: from }),
  });
  await wire.send(pieces);
  const switching = (): RegExpExecArray | null =>
    /(?:^|\n|\})(HTTP\/1\.1 101 [^]*?\r\n\r\n)([^]*)$/.exec(state.received);
  const settled = await wire.until(() => wire.ended() || switching() !== null, patience);
  // What arrived with the end is read before the judgement.
  await turn();
  const [, head, behind = ''] = switching() ?? [];
  if (head === undefined) {
    wire.destroy();
    const seen = /^HTTP\/1\.1 (\d+)/.exec(state.received)?.[1];
    return {
      seen: seen === undefined ? 'end' : `http ${seen}, end`,
      fault: settled ? undefined : 'The connection was left open, and without a socket.',
    };
  }
  const start = state.received.length - behind.length;
  await wire.send([encode({ opcode: opcode.binary, payload: probe, mask: Buffer.alloc(4) })]);
  const echoed = (): boolean => {
    const all = frameReader();
    all.push(Buffer.from(state.received.slice(start), 'latin1'));
    return all.frames.some(({ payload }) => payload.equals(probe));
  };
  const works = await wire.until(() => echoed() || wire.ended(), patience);
  wire.destroy();
  if (!head.toLowerCase().includes(`sec-websocket-accept: ${acceptFor(key).toLowerCase()}\r\n`)) {
    return { seen: 'http 101', fault: '101 came with a wrong Sec-WebSocket-Accept.' };
  }
  return {
    seen: 'http 101',
    fault: works && echoed() ? undefined : 'A socket that was accepted does not echo.',
  };
}
