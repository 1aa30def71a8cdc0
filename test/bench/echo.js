/**
 * A secure WebSocket server for measurements, on a free port of localhost that it prints. Its
 * argument is a folder with key.pem and cert.pem.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

const [key, cert] = ['key.pem', 'cert.pem'].map((name) =>
  readFileSync(join(process.argv[2] ?? '', name)),
);
const server = createServer({ key, cert });
const sockets = new WebSocketServer({
  server,
  verifyClient: (/** @type {{ origin: string }} */ { origin }) => !origin.endsWith('.invalid'),
});
sockets.on('connection', (socket) => socket.on('error', () => socket.terminate()));
server.listen(0, 'localhost', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
