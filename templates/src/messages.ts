import type { FastifyRequest } from 'fastify';
import type { RawData, WebSocket } from 'ws';

type MessageHandler = (message: RawData, isBinary: boolean) => void | Promise<void>;

interface Connection {
  socket: WebSocket;
  request: FastifyRequest;
}

/**
 * Calls `handle` for each message of the connection.
 *
 * A handler that throws, or whose promise rejects, ends its own connection. Given to
 * `socket.on('message')` directly, it would end the process and with it every connection.
 */
export function onMessage({ socket, request }: Connection, handle: MessageHandler): void {
  socket.on('message', async (message, isBinary) => {
    // What still arrives after the connection was told to end is not worth an answer.
    if (socket.readyState !== socket.OPEN) return;
    try {
      await handle(message, isBinary);
    } catch (error) {
      endWithError(error, { socket, request });
    }
  });
}

/** Ends one connection with 1011, "internal error" (RFC 6455, section 7.4.1), and logs why. */
export function endWithError(error: unknown, { socket, request }: Connection): void {
  request.log.error(error, 'A WebSocket handler failed, its connection ends.');
  socket.close(1011, 'Internal error');
}
