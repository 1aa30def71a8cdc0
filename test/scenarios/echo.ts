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

/** Adds WebSockets to a server, by default only for its own pages. */
export function withSockets<S extends Server>(server: S, options: SocketOptions = {}): S {
  const sockets = new WebSocketServer({ server, verifyClient: isOwn, ...options });
  server.once('close', () => sockets.close());
  server.on('tlsClientError', () => undefined);
  return server;
}

/** A plain HTTP server with WebSockets. */
export function plainEcho(options?: SocketOptions): Server {
  return withSockets(createPlain(), options);
}

/** A TLS server with WebSockets. */
export function secureEcho(tls: ServerOptions, options?: SocketOptions): Server {
  return withSockets(createSecure(tls), options);
}
