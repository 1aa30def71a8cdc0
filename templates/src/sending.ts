import type { Connection } from './sockets.js';

// The system takes about as much in one go.
const chunkBytes = 65_536;

/**
 * Whether a client reads what it is sent. One behind which more than MAX_BUFFERED_BYTES wait is cut
 * off: without a limit, a single client that never reads takes all the memory there is. Ask before
 * you send something that the client did not ask for.
 */
export function keepsUp({ socket, request }: Connection): boolean {
  const { bufferedAmount } = socket;
  if (bufferedAmount <= request.server.settings.MAX_BUFFERED_BYTES) return true;
  request.log.warn({ bufferedAmount }, 'The client reads too slowly and is cut off.');
  // A close frame would only wait behind the rest.
  socket.terminate();
  return false;
}

/** Hands the answers to messages that arrived together to the system together, not one by one. */
export function writeTogether({ request }: Connection): void {
  const { socket } = request.raw;
  // A request that is injected by a test has none.
  if (!socket) return;
  if (socket.writableLength > chunkBytes) socket.uncork();
  if (socket.writableCorked > 0) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}
