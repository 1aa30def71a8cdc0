import { createHash } from 'node:crypto';
import { createServer as createPlain, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecure, type ServerOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { at, type Call, type Scene } from './scene.js';

const suffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** How a raw server answers a handshake. */
export interface Answering {
  status?: string;
  /** Further lines of the answer. */
  lines?: string[];
  lineEnd?: string;
  /** Sent before the status line. */
  first?: string;
  /** Sent after the headers. */
  then?: Buffer | string;
}

/** Accepts a handshake by hand, right or wrong. */
export function accept(request: IncomingMessage, socket: Duplex, answering: Answering = {}): void {
  const { lines = [], lineEnd = '\r\n', first = '', then = '' } = answering;
  const key = String(request.headers['sec-websocket-key']);
  const head = [
    answering.status ?? 'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${createHash('sha1')
      .update(key + suffix)
      .digest('base64')}`,
    ...lines,
  ];
  socket.write(first + head.map((line) => line + lineEnd).join('') + lineEnd);
  socket.write(then);
}

/** Refuses a handshake. */
export function refuse(socket: Duplex, status: string, body = ''): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** Reads short masked frames, and answers pings and close frames unless `take` returns true. */
export function answerFrames(
  socket: Duplex,
  take: (opcode: number, payload: Buffer) => boolean = () => false,
): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 6 && rest.length >= 6 + ((rest[1] ?? 0) & 0x7f)) {
      const length = (rest[1] ?? 0) & 0x7f;
      const mask = rest.subarray(2, 6);
      const payload = Buffer.from(
        rest.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
      );
      const opcode = (rest[0] ?? 0) & 0x0f;
      rest = rest.subarray(6 + length);
      if (take(opcode, payload)) {
        continue;
      }
      if (opcode === 9) {
        socket.write(Buffer.concat([Buffer.from([0x8a, length]), payload]));
      }
      if (opcode === 8) {
        socket.end(Buffer.concat([Buffer.from([0x88, length]), payload]));
      }
    }
  });
}

type Upgrading = (request: IncomingMessage, socket: Duplex) => void;

/** Handles handshakes from the server's own pages, or without an origin; refuses others. */
export function handle<S extends Server>(server: S, act: Upgrading): S {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    const { origin = '', host = '' } = request.headers;
    if (origin !== '' && new URL(origin).host !== host) {
      refuse(socket, '403 Forbidden');
      return;
    }
    act(request, socket);
  });
  return server;
}

/** A plain server that handles handshakes by hand. */
export async function raw(scene: Scene, act: Upgrading, ...more: string[]): Promise<Call> {
  return at(`ws://localhost:${await scene.listen(handle(createPlain(), act))}/live`, ...more);
}

/** The same over TLS. */
export function rawSecure(
  { leaf: { cert, key } }: Scene,
  act: Upgrading,
  options: ServerOptions = {},
): Server {
  const server = createSecure({ cert, key, ...options });
  server.on('tlsClientError', () => undefined);
  return handle(server, act);
}

/** Accepts a handshake correctly, and behaves on the socket. */
export function behave(request: IncomingMessage, socket: Duplex, answering?: Answering): void {
  accept(request, socket, answering);
  answerFrames(socket);
}
