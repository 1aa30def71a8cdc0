import { createServer as createPlain } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createSecure, type ServerOptions } from 'node:https';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import type { Server } from 'node:net';
import { freePort } from '../../support/running.js';
import { make, serverUsage } from '../../support/pki.js';
import { plainEcho, secureEcho, withSockets } from '../echo.js';
import { knowing } from '../network.js';
import { at, type Scene } from '../scene.js';
import { swap, type Repair } from './repair.js';

function secure(scene: Scene, options: ServerOptions = {}): Server {
  const { cert, key } = scene.leaf;
  return secureEcho({ cert, key, ca: scene.ca.cert, ...options });
}

/** A server in Node.js that speaks HTTP/2, and HTTP/1.1 if that is allowed. */
function http2(scene: Scene, options: Parameters<typeof createSecureServer>[0] = {}): Server {
  const { cert, key } = scene.leaf;
  const server = createSecureServer({ cert, key, ...options });
  server.on('tlsClientError', () => undefined);
  server.on('sessionError', () => undefined);
  const plain = withSockets(createPlain());
  server.on('upgrade', (...given) => plain.emit('upgrade', ...given));
  server.on('stream', (stream) => {
    stream.respond({ ':status': 502 });
    stream.end();
  });
  return server;
}

const tls: Repair[] = [
  swap({
    name: 'the server requires a client certificate',
    code: 'client-certificate-required',
    words: /Do not request a client certificate \(`(requestCert)` in Node\.js/,
    before: (scene) => secure(scene, { requestCert: true, rejectUnauthorized: true }),
    after: (scene, [, name = '']) => secure(scene, { [name]: false }),
  }),
  swap({
    name: 'the server asks for a client certificate',
    code: 'client-certificate-requested',
    words: /Do not request a client certificate \(`(requestCert)` in Node\.js/,
    before: (scene) => secure(scene, { requestCert: true, rejectUnauthorized: false }),
    after: (scene, [, name = '']) => secure(scene, { [name]: false }),
  }),
  swap({
    name: 'the server only has TLS 1.1',
    code: 'tls-version',
    words: /Turn on TLS 1\.2 and 1\.3/,
    before: (scene) =>
      secure(scene, {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    after: (scene) => secure(scene, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }),
  }),
  swap({
    name: 'the server only has a group that browsers do not know',
    code: 'no-common-tls',
    words: /the groups (X25519) and P-256/,
    before: (scene) => secure(scene, { ecdhCurve: 'P-521' }),
    after: (scene, [, group = '']) => secure(scene, { ecdhCurve: `${group}:P-256` }),
  }),
  swap({
    name: 'the server has no certificate',
    code: 'no-usable-certificate',
    words: /Give the server a key and the certificate that belongs to it/,
    before: () => secureEcho({}),
    after: (scene) => secure(scene),
  }),
  swap({
    name: 'the server only speaks HTTP/2',
    code: 'http2-only',
    words: /needs `https: \{ (allowHTTP1): true \}`/,
    before: (scene) => http2(scene),
    after: (scene, [, name = '']) => http2(scene, { [name]: true }),
  }),
  swap({
    name: 'the server announces WebSockets over HTTP/2, which fail',
    code: 'http2-websocket',
    words: /in Node\.js: `(enableConnectProtocol): false`/,
    before: (scene) =>
      http2(scene, { allowHTTP1: true, settings: { enableConnectProtocol: true } }),
    after: (scene, [, name = '']) =>
      http2(scene, { allowHTTP1: true, settings: { [name]: false } }),
  }),
  {
    name: 'the URL has wss:// for a port without TLS',
    code: 'tls-on-plain-port',
    words: /use (ws:\/\/\S+) if you do not want TLS/,
    build: async (scene) => ({
      call: at(`wss://localhost:${await scene.listen(plainEcho())}/`),
      type: ([, url = '']) => at(url),
    }),
  },
  {
    name: 'the URL has ws:// for a port with TLS',
    code: 'plain-on-tls-port',
    words: /Use (wss:\/\/\S+)\.$/,
    build: async (scene) => ({
      call: at(`ws://localhost:${await scene.listen(secure(scene))}/`),
      type: ([, url = '']) => at(url),
    }),
  },
  {
    name: 'browsers only use TLS for the name in a ws:// URL',
    code: 'tls-only-name',
    words: /Use (wss:\/\/)/,
    build: async (scene) => {
      const named = knowing(scene, { 'chat.dev': ['127.0.0.1'] });
      const hosts = ['chat.dev'];
      const leaf = await make({ name: 'CN=leaf', hosts, by: scene.ca, usage: serverUsage });
      const [plain, tlsPort] = [
        await scene.listen(plainEcho()),
        await scene.listen(secureEcho(leaf)),
      ];
      return {
        call: { ...at(`ws://chat.dev:${plain}/`), ...named },
        type: ([, scheme = '']) => ({ ...at(`${scheme}chat.dev:${tlsPort}/`), ...named }),
      };
    },
  },
];

async function withFastify(build: (app: FastifyInstance) => unknown): Promise<Server> {
  const app = fastify();
  await build(app);
  await app.ready();
  return app.server;
}

/** A Fastify service with the words of a fix in the options of its route. */
function routeWith(words: string): Promise<Server> {
  return withFastify(async (app) => {
    await app.register(fastifyWebsocket);
    app.get('/live', { [words.split(':')[0] ?? '']: true }, () => undefined);
  });
}

/** A server that redirects every handshake. */
function redirecting(to: string): Server {
  return createPlain().on('upgrade', (_request, socket) =>
    socket.end(`HTTP/1.1 301 Moved\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`),
  );
}

const chosen = 'mqtt';

const routes: Repair[] = [
  swap({
    name: 'a route of Fastify does not handle WebSockets',
    code: 'not-a-websocket-route',
    plain: true,
    path: '/live',
    words: /In Fastify, add `\{ (websocket: true) \}`/,
    left: ['origin-unchecked'],
    before: () =>
      withFastify(async (app) => {
        await app.register(fastifyWebsocket);
        app.get('/live', async () => 'plain');
      }),
    after: (_scene, [, words = '']) => routeWith(words),
  }),
  swap({
    name: 'a Fastify service lacks the plugin',
    code: 'upgrade-ignored',
    plain: true,
    path: '/live',
    words:
      /call `await app\.register\(websocket\)` before the routes, and add `\{ (websocket: true) \}`/,
    left: ['origin-unchecked'],
    before: () => withFastify((app) => app.get('/live', async () => 'plain')),
    after: (_scene, [, words = '']) => routeWith(words),
  }),
  {
    name: 'the server redirects the handshake',
    code: 'redirect',
    words: /Use (\S+) if the socket is there/,
    build: async (scene) => {
      const there = await scene.listen(withSockets(createPlain(), { path: '/live' }));
      const server = redirecting(`http://localhost:${there}/live`);
      return {
        call: at(`ws://localhost:${await scene.listen(server)}/old`),
        type: ([, url = '']) => at(url),
      };
    },
  },
  {
    name: 'the server wants a subprotocol',
    code: 'subprotocol',
    words: /pass (--protocol) (\S+)\.$/,
    left: ['origin-unchecked'],
    build: async (scene) => {
      const server = plainEcho({
        handleProtocols: (offered) => (offered.has(chosen) ? chosen : false),
        verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) =>
          String(req.headers['sec-websocket-protocol']).includes(chosen),
      });
      const call = at(`ws://localhost:${await scene.listen(server)}/`);
      return {
        call,
        type: ([, option = '', name = '']) => ({ args: [...call.args, option, name] }),
      };
    },
  },
  {
    name: 'the server does not allow the origin',
    code: 'origin-refused',
    words: /Add (\S+) to the origins that the server allows/,
    build: async (scene) => {
      const allowed: string[] = [];
      const server = secureEcho(scene.leaf, {
        verifyClient: ({ origin }: { origin: string }) => allowed.includes(origin),
      });
      const port = await scene.listen(server);
      allowed.push(`https://localhost:${port}`);
      const more = ['--origin', 'https://chat.example.com'];
      return {
        call: at(`wss://localhost:${port}/`, ...more),
        type: ([, origin = '']) => void allowed.push(origin),
      };
    },
  },
  swap({
    name: 'the server allows every origin',
    code: 'origin-unchecked',
    words: /Compare the Origin header of each handshake with a list/,
    before: ({ leaf }) => secureEcho(leaf, { verifyClient: () => true }),
    after: ({ leaf }) => secureEcho(leaf),
  }),
  swap({
    name: 'a limit of the server is reached',
    code: 'too-many-requests',
    words: /raise the limit of the server/,
    before: ({ leaf }) =>
      secureEcho(leaf, {
        verifyClient: (_info: unknown, done: (ok: boolean, status: number) => void) =>
          done(false, 429),
      }),
    after: ({ leaf }) => secureEcho(leaf),
  }),
];

/** A server that takes so much of headers: the value of `--max-http-header-size`. */
function taking(maxHeaderSize: number): Server {
  return withSockets(createPlain({ maxHeaderSize }));
}

const headers: Repair[] = [
  swap({
    name: 'the URL is longer than the server takes',
    code: 'headers-too-large',
    plain: true,
    path: `/?token=${'x'.repeat(5000)}`,
    words: /Node\.js: (--max-http-header-size)/,
    before: () => taking(4096),
    after: () => taking(65_536),
  }),
  swap({
    name: 'large cookies are more than the server takes',
    code: 'headers-too-large',
    plain: true,
    words: /Node\.js: (--max-http-header-size)/,
    before: () => taking(4096),
    after: () => taking(65_536),
  }),
];

/** The same host name and port on both loopback addresses. */
function both(scene: Scene) {
  return knowing(scene, { 'both.test': ['::1', '127.0.0.1'] });
}

const addresses: Repair[] = [
  {
    name: 'nothing listens on the port',
    code: 'port-closed',
    words: /Start the server/,
    build: async (scene) => {
      const port = await freePort();
      return {
        call: at(`wss://localhost:${port}/`),
        type: async () => void (await scene.listen(secure(scene), '127.0.0.1', port)),
      };
    },
  },
  {
    name: 'the server listens on the other loopback address',
    code: 'wrong-address-family',
    words: /use (\S+) in the URL/,
    build: async (scene) => {
      const port = await scene.listen(secure(scene), '::1');
      return {
        call: at(`wss://127.0.0.1:${port}/`),
        type: ([, host = '']) => at(`wss://${host}:${port}/`),
      };
    },
  },
  {
    name: 'the server listens on one address of its name',
    code: 'one-address-family',
    words: /listen on all addresses of its name/,
    build: async (scene) => {
      const port = await scene.listen(plainEcho());
      return {
        call: { ...at(`ws://both.test:${port}/`), ...both(scene) },
        type: async () => void (await scene.listen(plainEcho(), '::1', port)),
      };
    },
  },
  {
    name: 'the addresses of a name answer differently',
    code: 'addresses-differ',
    words: /Make (\S+) serve the same as (\S+), or/,
    build: async (scene) => {
      const port = await scene.listen(plainEcho(), '::1');
      const other = createPlain((_request, response) => response.writeHead(404).end());
      await scene.listen(other, '127.0.0.1', port);
      return {
        call: { ...at(`ws://both.test:${port}/`), ...both(scene) },
        type: () => void withSockets(other),
      };
    },
  },
  {
    name: 'another program listens on an address of localhost',
    code: 'addresses-differ',
    words: /Find out what listens on (\S+), and stop it/,
    build: async (scene) => {
      const port = await scene.listen(plainEcho());
      const other = createPlain((_request, response) => response.writeHead(404).end());
      await scene.listen(other, '::1', port);
      return {
        call: at(`ws://localhost:${port}/`),
        type: async () => {
          other.closeAllConnections();
          await new Promise((done) => other.close(done));
        },
      };
    },
  },
  {
    name: 'the server sends two certificates in turn',
    code: 'certificates-differ',
    words: /Install the same valid certificate on all servers/,
    build: async (scene) => {
      const hosts = ['other.test'];
      const old = await make({ name: 'CN=leaf', hosts, by: scene.ca, usage: serverUsage });
      const { cert, key } = scene.leaf;
      const turn = { count: 0, bad: [old.cert, old.key] };
      const server = createSecure({ cert, key });
      server.on('connection', () => {
        turn.count += 1;
        const [badCert = cert, badKey = key] = turn.count % 2 === 1 ? [] : turn.bad;
        server.setSecureContext({ cert: badCert, key: badKey });
      });
      return {
        call: at(`wss://localhost:${await scene.listen(withSockets(server))}/`),
        type: () => {
          turn.bad = [];
        },
      };
    },
  },
  {
    name: 'the DNS has no address for the name',
    code: 'dns',
    words: /add it to your DNS or to the hosts file/,
    build: async (scene) => {
      const call = at(`ws://chat.test:${await scene.listen(plainEcho())}/`);
      return {
        call: { ...call, ...knowing(scene, { 'chat.test': [] }) },
        type: () => ({ ...call, ...knowing(scene, { 'chat.test': ['127.0.0.1'] }) }),
      };
    },
  },
  {
    name: 'the proxy of the environment opens no tunnel',
    code: 'browser-proxy',
    words: /add (\S+) to (NO_PROXY)/,
    build: async (scene) => {
      const proxy = createPlain().on('connect', (_request, socket) =>
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
      );
      const { env } = knowing(scene, { 'chat.test': ['127.0.0.1'] });
      const named = { ...env, http_proxy: `http://127.0.0.1:${await scene.listen(proxy)}` };
      const call = at(`ws://chat.test:${await scene.listen(plainEcho())}/`);
      return {
        call: { ...call, env: named },
        type: ([, host = '', name = '']) => ({ ...call, env: { ...named, [name]: host } }),
      };
    },
  },
];

export const serverRepairs: Repair[] = [...tls, ...routes, ...headers, ...addresses];
