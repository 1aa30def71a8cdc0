import { createServer as createPlain } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { plainEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** Repeats an action as long as the socket is open. */
function again(socket: Socket, act: () => void, everyMs: number): void {
  const timer = setInterval(act, everyMs);
  socket.on('close', () => clearInterval(timer)).on('error', () => clearInterval(timer));
}

/** A server that never finishes. */
async function endless(scene: Scene, scheme: string, act: (socket: Socket) => void): Promise<Call> {
  const port = await scene.listen(createServer(act));
  return at(`${scheme}://127.0.0.1:${port}/`, '--timeout', '1');
}

/** A server that ends a socket that was silent for this time, in milliseconds. */
function impatient(limit: number, end: (socket: Socket) => void): ReturnType<typeof createPlain> {
  const server = createPlain();
  const sockets = new WebSocketServer({ server, verifyClient: isOwn });
  server.on('upgrade', (_request, socket: Socket) => {
    socket.setTimeout(limit, () => end(socket));
  });
  server.once('close', () => sockets.close());
  return server;
}

function isOwn({ origin }: { origin: string }): boolean {
  return /localhost|127\.0\.0\.1/.test(origin);
}

const line = `x-filler: ${'x'.repeat(1000)}\r\n`;

export const hostileScenarios: Scenario[] = [
  {
    name: 'endless headers',
    codes: ['not-a-websocket-server'],
    build: (scene) =>
      endless(scene, 'ws', (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        again(socket, () => socket.write(line.repeat(50)), 1);
      }),
  },
  {
    name: 'endless interim responses, and no answer',
    codes: ['not-a-websocket-server'],
    build: (scene) =>
      endless(scene, 'ws', (socket) =>
        again(socket, () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(500)), 1),
      ),
  },
  {
    name: 'a very slow answer',
    codes: ['silent'],
    build: (scene) =>
      endless(scene, 'ws', (socket) => {
        socket.write('HTTP/1.1 200 O');
        again(socket, () => socket.write('K'), 100);
      }),
  },
  {
    name: 'a very slow TLS handshake',
    codes: ['silent'],
    likely: true,
    build: (scene) =>
      endless(scene, 'wss', (socket) => {
        socket.write(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00]));
        again(socket, () => socket.write(Buffer.from([0x02])), 200);
      }),
  },
  {
    name: 'endless garbage instead of TLS',
    codes: ['not-tls'],
    build: (scene) =>
      endless(scene, 'wss', (socket) =>
        again(socket, () => socket.write(Buffer.alloc(50_000, 7)), 1),
      ),
  },
  {
    name: 'an endless body',
    codes: ['upgrade-ignored'],
    build: async (scene) => {
      const server = createPlain((_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(50_000)), 1);
        response.on('close', () => clearInterval(timer));
      });
      return at(`ws://localhost:${await scene.listen(server)}/`);
    },
  },
  {
    name: 'endless frames',
    codes: ['not-a-websocket-server'],
    build: async (scene) => {
      const server = plainEcho();
      server.on('upgrade', (_request, socket: Socket) =>
        again(socket, () => socket.write(Buffer.alloc(50_000, 0xff)), 1),
      );
      return at(`ws://localhost:${await scene.listen(server)}/`);
    },
  },
  {
    name: 'an idle socket is dropped, but not with pings',
    codes: ['idle-timeout'],
    build: async (scene) => {
      const port = await scene.listen(impatient(1000, (socket) => socket.destroy()));
      return at(`ws://localhost:${port}/`, '--idle', '2');
    },
  },
  {
    name: 'an idle socket is dropped, also with pings',
    codes: ['idle-timeout'],
    likely: true,
    build: async (scene) => {
      const server = plainEcho();
      server.on('upgrade', (_request, socket: Socket) => {
        setTimeout(() => socket.destroy(), 700);
      });
      return at(`ws://localhost:${await scene.listen(server)}/`, '--idle', '2');
    },
  },
  {
    name: 'an idle socket stays open',
    codes: ['healthy'],
    build: async (scene) => at(`ws://localhost:${await scene.listen(plainEcho())}/`, '--idle', '1'),
  },
];
