import { once } from 'node:events';
import { connect, type ClientHttp2Session, type Settings } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../evidence.js';
import type { Http2Evidence } from '../upgrade-evidence.js';
import { openSecure, type Way } from './connect.js';
import { watchTime } from './frames.js';
import { givenCookies } from './handshake.js';
import { authorityOf } from './send-request.js';

/** What Firefox offers in ALPN in the first handshake with a server. */
const offered = ['h2', 'http/1.1'];

/** Waits for an event; undefined if the session ends first, or the time limit is over. */
async function wait<T>(
  emitter: NodeJS.EventEmitter,
  event: string,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    const [value] = await once(emitter, event, { signal });
    return value;
  } catch {
    // It ended with an error or in silence, which the caller sees.
    return undefined;
  }
}

function headersOf({ path, origin, sending }: Target) {
  const cookie = givenCookies(sending);
  return {
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':path': path,
    origin,
    'sec-websocket-version': '13',
    'sec-websocket-extensions': 'permessage-deflate',
    ...(sending?.protocols === undefined
      ? {}
      : { 'sec-websocket-protocol': sending.protocols.join(', ') }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(sending?.credentials === undefined ? {} : { authorization: sending.credentials }),
  };
}

/** Opens a WebSocket in a session that announces them (RFC 8441, section 4), and watches it. */
async function openSocket(
  session: ClientHttp2Session,
  target: Target,
  limit: AbortSignal,
): Promise<Http2Evidence> {
  const stream = session.request(headersOf(target), { endStream: false });
  stream.on('error', () => undefined);
  const answer = await wait<Record<string, unknown>>(stream, 'response', limit);
  if (answer === undefined) {
    return { announced: true, end: limit.aborted ? 'timeout' : 'reset' };
  }
  const status = Number(answer[':status']);
  const end = status === 200 ? await endOf(stream) : 'open';
  stream.close();
  return { announced: true, status, end };
}

/** Whether an open socket stays open while it is watched. */
async function endOf(stream: NodeJS.ReadableStream): Promise<Http2Evidence['end']> {
  stream.resume();
  const ended = new Promise<Http2Evidence['end']>((resolve) => {
    stream.once('end', () => resolve('closed')).once('close', () => resolve('reset'));
  });
  const timer = new AbortController();
  const open = sleep(watchTime, 'open' as const, { signal: timer.signal }).catch(
    () => 'open' as const,
  );
  const end = await Promise.race([ended, open]);
  timer.abort();
  return end;
}

/**
 * Asks a server as Firefox does, which uses HTTP/2 if the server announces WebSockets over it.
 * @returns undefined if the server does not speak HTTP/2
 */
export async function askHttp2(way: Way, target: Target): Promise<Http2Evidence | undefined> {
  const opened = await openSecure(way, offered);
  if ('failure' in opened) {
    return undefined;
  }
  const { socket } = opened;
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy();
    return undefined;
  }
  const limit = AbortSignal.any([way.cancel, AbortSignal.timeout(way.limit)]);
  const session = connect(`https://${authorityOf(target)}`, { createConnection: () => socket });
  session.on('error', () => undefined);
  const settings = await wait<Settings>(session, 'remoteSettings', limit);
  const announced = settings?.enableConnectProtocol === true;
  const evidence: Http2Evidence = announced
    ? await openSocket(session, target, limit)
    : { announced, end: 'open' };
  session.destroy();
  return evidence;
}
