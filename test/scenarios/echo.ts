import { createServer as createPlain, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecure, type ServerOptions } from 'node:https';
import { WebSocketServer, type ServerOptions as SocketOptions } from 'ws';

interface Handshake {
  origin: string;
  req: IncomingMessage;
}

function isOwn({ origin, req }: Handshake): boolean {
  return new URL(origin).host === req.headers.host;
}

/** Adds sockets to a server, for pages of its own alone unless it is told otherwise. */
export function withSockets<S extends Server>(server: S, options: SocketOptions = {}): S {
  const sockets = new WebSocketServer({ server, verifyClient: isOwn, ...options });
  server.once('close', () => sockets.close());
  server.on('tlsClientError', () => undefined);
  return server;
}

/** A plain server with sockets. */
export function plainEcho(options?: SocketOptions): Server {
  return withSockets(createPlain(), options);
}

/** A secure server with sockets. */
export function secureEcho(tls: ServerOptions, options?: SocketOptions): Server {
  return withSockets(createSecure(tls), options);
}
