import fastifyWebsocket from '@fastify/websocket';
import fastify from 'fastify';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSocket, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Code } from '../../src/doctor/verdict.js';
import { plainEcho, secureEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** A server without WebSockets, which treats a handshake as any request. */
function answering(scene: Scene, listener: RequestListener): Promise<number> {
  return scene.listen(createPlain(listener));
}

/** A plain HTTP server that gives the same answer to every request. */
async function saying(scene: Scene, status: number, rest: Saying = {}): Promise<Call> {
  const { headers = {}, body = '' } = rest;
  const port = await answering(scene, (_request, response) => {
    response.writeHead(status, headers).end(body);
  });
  return at(`ws://localhost:${port}/live`);
}

interface Saying {
  headers?: Record<string, string>;
  body?: string;
}

/** A server that writes raw bytes after a request. */
async function writing(scene: Scene, act: (socket: Socket) => void): Promise<Call> {
  const server = createSocket((socket) => void socket.once('data', () => act(socket)));
  return at(`ws://127.0.0.1:${await scene.listen(server)}/live`, '--timeout', '2');
}

/** A Fastify service with the WebSocket routes of `sockets`. */
async function withFastify(
  scene: Scene,
  build: (app: ReturnType<typeof fastify>) => Promise<unknown>,
): Promise<Call> {
  const app = fastify();
  await build(app);
  await app.ready();
  return at(`ws://localhost:${await scene.listen(app.server)}/live`);
}

/** A server that opens WebSockets and closes them with a code. */
function closing(code: number, reason: string): Server {
  const server = createPlain();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.close(code, reason));
  return server;
}

/** A server that silently drops handshakes from other pages than its own. */
function dropping(): Server {
  const server = createPlain();
  const sockets = new WebSocketServer({ noServer: true });
  return server.on('upgrade', (request, socket, head) => {
    if (new URL(request.headers.origin ?? 'http://none').host !== request.headers.host) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, () => undefined);
  });
}

const json = { 'content-type': 'application/json' };

/** What a generated service with authentication answers: its status and its message. */
const serviceRefusals: [string, number, Code, string][] = [
  [
    'no token',
    401,
    'unauthorized',
    'A token ("Authorization: Bearer") or a ticket ("?ticket=") is required.',
  ],
  ['an expired token', 401, 'unauthorized', 'The token has expired.'],
  [
    'a token with another key',
    401,
    'unauthorized',
    'The token was not signed with a key of the issuer.',
  ],
  ['a used ticket', 401, 'unauthorized', 'The ticket is unknown, used or expired.'],
  ['a closed session', 401, 'unauthorized', 'The sessions of this user were closed.'],
  [
    'a token in the URL',
    400,
    'unauthorized',
    'A token must not be in the URL. Send it as "Authorization: Bearer".',
  ],
  ['too many sockets of a user', 429, 'too-many-requests', 'This user has too many connections.'],
  [
    'keys that cannot be fetched',
    503,
    'server-error',
    'The keys for verifying tokens cannot be fetched at the moment.',
  ],
];

const refusedByService = serviceRefusals.map(([what, status, code, message]): Scenario => ({
  name: `a service refuses ${what}`,
  codes: [code],
  build: (scene) => saying(scene, status, { headers: json, body: JSON.stringify({ message }) }),
}));

export const upgradeScenarios: Scenario[] = [
  {
    name: 'ws:// to a TLS port of Node.js',
    codes: ['plain-on-tls-port'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      return at(`ws://localhost:${await scene.listen(secureEcho({ cert, key }))}/`);
    },
  },
  {
    name: 'the handshake is redirected to https',
    codes: ['redirect'],
    build: (scene) => saying(scene, 308, { headers: { location: 'https://localhost:1/live' } }),
  },
  {
    name: 'Fastify has no route for the path',
    codes: ['wrong-path'],
    build: (scene) =>
      withFastify(scene, async (app) => {
        await app.register(fastifyWebsocket);
        app.get('/other', { websocket: true }, () => undefined);
      }),
  },
  {
    name: 'the path is gone',
    codes: ['wrong-path'],
    build: (scene) => saying(scene, 410),
  },
  {
    name: 'an unknown path, with an empty body',
    codes: ['wrong-path'],
    likely: true,
    build: (scene) => saying(scene, 404),
  },
  {
    name: 'ws has its WebSockets at another path',
    codes: ['wrong-path'],
    likely: true,
    build: async (scene) =>
      at(`ws://localhost:${await scene.listen(plainEcho({ path: '/socket' }))}/live`),
  },
  {
    name: 'a Socket.IO server, and the URL lacks its query',
    codes: ['wrong-path'],
    build: (scene) =>
      saying(scene, 400, { headers: json, body: '{"code":0,"message":"Transport unknown"}' }),
  },
  {
    name: 'the route of Fastify is for plain HTTP',
    codes: ['not-a-websocket-route'],
    likely: true,
    build: (scene) =>
      withFastify(scene, async (app) => {
        await app.register(fastifyWebsocket);
        app.get('/live', async () => 'plain');
      }),
  },
  {
    name: 'Fastify lacks the plugin',
    codes: ['upgrade-ignored'],
    build: (scene) => withFastify(scene, async (app) => app.get('/live', async () => 'plain')),
  },
  {
    name: 'the service reports that no upgrade arrived',
    codes: ['upgrade-stripped'],
    build: (scene) =>
      saying(scene, 426, {
        headers: json,
        body: '{"seen":{"httpVersion":"1.0","upgrade":null,"connection":"close"}}',
      }),
  },
  {
    name: 'a server requires the upgrade that was sent',
    codes: ['upgrade-stripped'],
    likely: true,
    build: (scene) => saying(scene, 426, { body: 'Upgrade Required' }),
  },
  {
    name: 'a proxy uses HTTP/1.0 to the service',
    codes: ['upgrade-stripped'],
    build: (scene) =>
      saying(scene, 505, { headers: json, body: '{"message":"A handshake needs HTTP/1.1."}' }),
  },
  {
    name: 'a server refuses a handshake with HTTP status 405',
    codes: ['not-a-websocket-route'],
    likely: true,
    build: (scene) => saying(scene, 405),
  },
  {
    name: 'the origin is refused with 401, as with ws',
    codes: ['origin-refused'],
    build: async (scene) =>
      at(
        `ws://localhost:${await scene.listen(plainEcho())}/`,
        '--origin',
        'https://elsewhere.example',
      ),
  },
  {
    name: 'the origin is refused, and the allowed one is unknown',
    codes: ['forbidden'],
    likely: true,
    build: async (scene) => {
      const app = fastify();
      await app.register(fastifyWebsocket);
      app.get(
        '/live',
        {
          websocket: true,
          preValidation: async (request, reply) =>
            request.headers.origin === 'https://app.example' ? undefined : reply.code(403).send(),
        },
        () => undefined,
      );
      await app.ready();
      return at(`ws://localhost:${await scene.listen(app.server)}/live`);
    },
  },
  {
    name: 'a server that drops handshakes from other origins',
    codes: ['origin-refused'],
    build: async (scene) => {
      const port = await scene.listen(dropping());
      return at(`ws://localhost:${port}/`, '--origin', 'https://elsewhere.example');
    },
  },
  {
    name: 'credentials are required',
    codes: ['unauthorized'],
    build: (scene) => saying(scene, 401, { headers: { 'www-authenticate': 'Bearer' } }),
  },
  {
    name: 'a handshake is refused with 401, without asking for credentials',
    codes: ['unauthorized'],
    likely: true,
    build: (scene) => saying(scene, 401),
  },
  ...refusedByService,
  {
    name: 'interim responses come before the answer',
    codes: ['wrong-path'],
    build: (scene) =>
      writing(scene, (socket) =>
        socket.end(
          `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3)}HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found`,
        ),
      ),
  },
  {
    name: 'too many connections',
    codes: ['too-many-requests'],
    build: (scene) => saying(scene, 429, { headers: json, body: '{"message":"There are 100."}' }),
  },
  {
    name: 'a hook fails',
    codes: ['server-error'],
    build: (scene) =>
      withFastify(scene, async (app) => {
        await app.register(fastifyWebsocket);
        app.addHook('onRequest', async () => {
          throw new Error('the database is away');
        });
        app.get('/live', { websocket: true }, () => undefined);
      }),
  },
  {
    name: 'the headers of the handshake are too large',
    codes: ['headers-too-large'],
    build: (scene) => saying(scene, 431),
  },
  {
    name: 'the server is overloaded',
    codes: ['server-error'],
    likely: true,
    build: (scene) => saying(scene, 503, { headers: json, body: '{"message":"no room"}' }),
  },
  {
    name: 'the handler throws as soon as the socket is open',
    codes: ['handler-died'],
    likely: true,
    build: async (scene) => {
      const app = fastify();
      await app.register(fastifyWebsocket, {
        errorHandler: (_error, socket) => socket.terminate(),
      });
      app.get('/live', { websocket: true }, () => {
        throw new Error('no');
      });
      await app.ready();
      return at(`ws://localhost:${await scene.listen(app.server)}/live`);
    },
  },
  {
    name: 'the server closes with 1011',
    codes: ['handler-died'],
    build: async (scene) => {
      const port = await scene.listen(closing(1011, 'it failed'));
      return at(`ws://localhost:${port}/`);
    },
  },
  {
    name: 'the application closes the socket',
    codes: ['closed-by-application'],
    build: async (scene) => {
      const port = await scene.listen(closing(4001, 'app says no'));
      return at(`ws://localhost:${port}/`);
    },
  },
  {
    name: 'the handshake is dropped without an answer',
    codes: ['handler-died'],
    likely: true,
    build: async (scene) => {
      const server = createPlain().on('upgrade', (_request, socket) => socket.destroy());
      return at(`ws://localhost:${await scene.listen(server)}/live`);
    },
  },
  {
    name: 'a server that is not a WebSocket server answers 101',
    codes: ['not-a-websocket-server'],
    build: (scene) =>
      writing(scene, (socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: none\r\n\r\n',
        ),
      ),
  },
  {
    name: 'the origin is checked after the handshake, and other origins are closed',
    codes: ['healthy'],
    build: async (scene) => {
      const server = createPlain();
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket, { headers }) => {
        if (new URL(headers.origin ?? 'http://none').host !== headers.host) {
          socket.close(1008, 'not yours');
        }
      });
      return at(`ws://localhost:${await scene.listen(server)}/`);
    },
  },
  {
    name: 'the server answers with garbage',
    codes: ['not-a-websocket-server'],
    build: (scene) => writing(scene, (socket) => socket.end('\u0000\u0001\u0002 what?')),
  },
  {
    name: 'pings are not answered',
    codes: ['origin-unchecked', 'no-pong', 'healthy'],
    build: async (scene) => {
      const port = await scene.listen(plainEcho({ autoPong: false, verifyClient: () => true }));
      return at(`ws://localhost:${port}/`, '--timeout', '1');
    },
  },
  {
    name: 'the first message is a megabyte',
    codes: ['origin-unchecked', 'healthy'],
    build: async (scene) => {
      const server = createPlain();
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket) => socket.send(Buffer.alloc(1_000_000)));
      return at(`ws://localhost:${await scene.listen(server)}/`);
    },
  },
  {
    name: 'every origin is accepted',
    codes: ['origin-unchecked', 'healthy'],
    build: async (scene) =>
      at(`ws://localhost:${await scene.listen(plainEcho({ verifyClient: () => true }))}/`),
  },
];
