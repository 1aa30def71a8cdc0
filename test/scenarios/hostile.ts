import { createServer as createPlain } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { plainEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** Does something again and again, as long as somebody listens. */
function again(socket: Socket, act: () => void, everyMs: number): void {
  const timer = setInterval(act, everyMs);
  socket.on('close', () => clearInterval(timer)).on('error', () => clearInterval(timer));
}

/** A server that never comes to an end. */
async function endless(scene: Scene, scheme: string, act: (socket: Socket) => void): Promise<Call> {
  const port = await scene.listen(createServer(act));
  return at(`${scheme}://127.0.0.1:${port}/`, '--timeout', '1');
}

/** A server that ends a socket on which it has heard nothing for so long, in milliseconds. */
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
    name: 'headers without end',
    codes: ['not-a-websocket-server'],
    build: (scene) =>
      endless(scene, 'ws', (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        again(socket, () => socket.write(line.repeat(50)), 1);
      }),
  },
  {
    name: 'hints without end, and no answer',
    codes: ['not-a-websocket-server'],
    build: (scene) =>
      endless(scene, 'ws', (socket) =>
        again(socket, () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(500)), 1),
      ),
  },
  {
    name: 'an answer drop by drop',
    codes: ['silent'],
    build: (scene) =>
      endless(scene, 'ws', (socket) => {
        socket.write('HTTP/1.1 200 O');
        again(socket, () => socket.write('K'), 100);
      }),
  },
  {
    name: 'a handshake of TLS drop by drop',
    codes: ['silent'],
    likely: true,
    build: (scene) =>
      endless(scene, 'wss', (socket) => {
        socket.write(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00]));
        again(socket, () => socket.write(Buffer.from([0x02])), 200);
      }),
  },
  {
    name: 'garbage without end, in place of TLS',
    codes: ['not-tls'],
    build: (scene) =>
      endless(scene, 'wss', (socket) =>
        again(socket, () => socket.write(Buffer.alloc(50_000, 7)), 1),
      ),
  },
  {
    name: 'a body without end',
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
    name: 'frames without end',
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
    name: 'a silent socket is dropped, and a pinged one is not',
    codes: ['idle-timeout'],
    build: async (scene) => {
      const port = await scene.listen(impatient(1000, (socket) => socket.destroy()));
      return at(`ws://localhost:${port}/`, '--idle', '2');
    },
  },
  {
    name: 'a silent socket is dropped, and a pinged one as well',
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
    name: 'a silent socket outlives the time',
    codes: ['healthy'],
    build: async (scene) => at(`ws://localhost:${await scene.listen(plainEcho())}/`, '--idle', '1'),
  },
];
