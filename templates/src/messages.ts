import type { WebSocket } from 'ws';
import { keepsUp, peerOf, writeTogether, type Peer } from './sending.js';
import type { Settings } from './settings.js';
import type { Connection } from './sockets.js';

type MessageHandler = (message: Buffer, isBinary: boolean) => void | Promise<void>;

const running = new WeakMap<WebSocket, Set<Promise<void>>>();

/**
 * Calls `handle` for each message of the connection, within the limits of the settings. Must be
 * called before anything is awaited: messages that arrive earlier are lost.
 *
 * A handler that throws, or whose promise rejects, ends its own connection. Given to
 * `socket.on('message')` directly, it would end the process and with it every connection.
 */
export function onMessage(connection: Connection, handle: MessageHandler): void {
  const { socket } = connection;
  const peer = peerOf(connection);
  writeTogether(peer);
  const isWithinRate = messageRate(peer, connection.request.server.settings);
  // Answers to pings that nobody sent are work, too.
  socket.on('pong', messageRate(peer, connection.request.server.settings));
  socket.on('message', (message, isBinary) => {
    // What still arrives after the connection was told to end is not worth an answer.
    if (socket.readyState !== socket.OPEN || !isWithinRate() || !keepsUp(peer)) return;
    // ws gives something else only to those who change its binaryType.
    if (!Buffer.isBuffer(message)) return;
    try {
      const answer = handle(message, isBinary);
      if (answer instanceof Promise)
        remember(
          socket,
          answer.catch((error) => endWithError(error, peer)),
        );
    } catch (error) {
      endWithError(error, peer);
    }
  });
}

/** Ends one connection with 1011, "internal error" (RFC 6455, section 7.4.1), and logs why. */
export function endWithError(error: unknown, { socket, log }: Pick<Peer, 'socket' | 'log'>): void {
  log.error(error, 'A WebSocket handler failed, its connection ends.');
  socket.close(1011, 'Internal error');
}

/** Waits for the handlers that are at work for a connection. */
export async function answersSent(socket: WebSocket): Promise<void> {
  // Some begin while others are waited for.
  while (running.get(socket)?.size) await Promise.all(running.get(socket) ?? []);
}

function remember(socket: WebSocket, answer: Promise<void>): void {
  const answers = running.get(socket) ?? new Set();
  running.set(socket, answers.add(answer));
  void answer.then(() => answers.delete(answer));
}

/** Ends a connection that sends too much with 1008, "policy violation". */
function messageRate({ socket, log }: Peer, { MESSAGES_PER_SECOND }: Settings): () => boolean {
  let count = 0;
  let second = 0;
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) count = 0;
    second = now;
    if (++count <= MESSAGES_PER_SECOND) return true;
    log.warn(`The client sent more than ${MESSAGES_PER_SECOND} messages in a second.`);
    socket.close(1008, 'Too many messages');
    // Whoever floods does not answer, and everything would be read for another 30 seconds.
    setTimeout(() => socket.terminate(), 1000).unref();
    return false;
  };
}
