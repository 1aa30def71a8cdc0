import { createHash } from 'node:crypto';
import type { Target } from '../support/service.js';
import type { Random } from './random.js';

/** A request as the client writes it, line by line, valid or invalid. */
export interface Request {
  method: string;
  path: string;
  version: string;
  headers: [name: string, value: string][];
}

/** RFC 6455, section 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The handshake of a browser (RFC 6455, section 4.1). */
export function handshake({ port, origin }: Pick<Target, 'port' | 'origin'>, random: Random) {
  const headers: Request['headers'] = [
    ['Host', `127.0.0.1:${port}`],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', random.bytes(16).toString('base64')],
    ['Sec-WebSocket-Version', '13'],
    ['Origin', origin],
  ];
  return { method: 'GET', path: '/live', version: 'HTTP/1.1', headers };
}

export function written({ method, path, version, headers }: Request): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  // Latin-1 writes each character as one byte, as in a header.
  return Buffer.from([`${method} ${path} ${version}`, ...lines, '', ''].join('\r\n'), 'latin1');
}

export function without(request: Request, name: string): Request {
  return { ...request, headers: request.headers.filter(([each]) => each !== name) };
}

export function having(request: Request, name: string, value: string): Request {
  return {
    ...request,
    headers: request.headers.map(([each, old]) => [each, each === name ? value : old]),
  };
}

export function adding(request: Request, ...headers: Request['headers']): Request {
  return { ...request, headers: [...request.headers, ...headers] };
}

export function valueOf({ headers }: Request, name: string): string {
  return headers.find(([each]) => each === name)?.[1] ?? '';
}

/** What the server must answer to a key (RFC 6455, section 4.2.2). */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}${guid}`).digest('base64');
}
