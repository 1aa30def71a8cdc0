import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

/** A server of `https://` and `wss://` that gives every message back. */
export interface SecureServer {
  port: number;
  close: () => Promise<void>;
}

/** Serves on a free port of the loopback with the pair in a folder's `certs/`. */
export async function serveWith(folder: string): Promise<SecureServer> {
  const [key, cert] = ['key', 'cert'].map((name) =>
    readFileSync(join(folder, `certs/${name}.pem`)),
  );
  const server = createServer({ key, cert }, (_request, response) => response.end('<title>up'));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    sockets.clients.forEach((socket) => socket.terminate());
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port, close };
}
