import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import type { Behind, UpgradeEvidence } from '../evidence.js';
import { open, type Way } from './connect.js';

/** A proxy that does not reach its upstream closes connections within this time; in milliseconds. */
const patience = 500;

/** Whether the other side ends a connection on which nothing is sent. */
async function endsUnasked(socket: Socket, { limit }: Way): Promise<boolean> {
  const ended = Promise.race([once(socket, 'end'), once(socket, 'close')]).then(
    () => true,
    () => true,
  );
  socket.resume();
  return Promise.race([ended, sleep(Math.min(patience, limit), false)]);
}

/** Whether TLS is spoken inside of the connection. */
function speaksTls(socket: Socket, { limit }: Way): Promise<boolean> {
  return new Promise((resolve) => {
    const inner = connectSecurely({ socket, rejectUnauthorized: false });
    const settle = (result: boolean): void => {
      clearTimeout(timer);
      inner.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle(false), limit);
    inner.once('secureConnect', () => settle(true));
    inner.on('error', () => settle(false));
    inner.once('close', () => settle(false));
  });
}

/**
 * Finds out why a handshake is dropped without an answer: a proxy that only forwards bytes, such as
 * stunnel, closes the connection if its upstream is down, and passes on TLS if its upstream speaks that.
 */
export async function lookBehind(
  way: Way,
  secure: boolean,
  upgrade: UpgradeEvidence | undefined,
): Promise<Behind | undefined> {
  const { answer, bytes, end, alert } = upgrade ?? {};
  const dropped = end === 'closed' || end === 'reset';
  if (!dropped || answer !== undefined || bytes !== '' || alert !== undefined) {
    return undefined;
  }
  const opened = await open(way, secure);
  if ('failure' in opened) {
    return undefined;
  }
  const { socket } = opened;
  socket.on('error', () => undefined);
  const drop = (): void => void socket.destroy();
  way.cancel.addEventListener('abort', drop);
  const ended = await endsUnasked(socket, way);
  const isTls = !ended && secure && (await speaksTls(socket, way));
  way.cancel.removeEventListener('abort', drop);
  socket.destroy();
  if (ended) {
    return 'closed';
  }
  return isTls ? 'tls' : undefined;
}
