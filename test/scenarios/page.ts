import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { once } from 'node:events';
import { blockedPorts } from '../../src/core/ports.js';
import { plainEcho, secureEcho, withSockets } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** The response headers and body of a page. */
interface Sent {
  headers?: Record<string, string | string[]>;
  html?: string;
}

/** The headers of a handshake. */
interface Claimed {
  origin: string;
}

/** Serves a page over TLS, with a certificate that all clients trust, and returns its URL. */
async function pageOf(scene: Scene, { headers = {}, html = '' }: Sent): Promise<string> {
  const server = createSecure(scene.leaf, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', ...headers });
    response.end(`<!doctype html><title>A page</title>${html}`);
  });
  return `https://localhost:${await scene.listen(server)}/`;
}

function policy(text: string): Sent {
  return { headers: { 'content-security-policy': text } };
}

/** A server that accepts handshakes from all pages. */
async function openToAll(scene: Scene, secure = true): Promise<number> {
  const all = { verifyClient: ({ origin }: Claimed) => !origin.endsWith('.invalid') };
  return scene.listen(secure ? secureEcho(scene.leaf, all) : plainEcho(all));
}

async function from(scene: Scene, sent: Sent): Promise<Call> {
  const page = await pageOf(scene, sent);
  return at(`wss://localhost:${await openToAll(scene)}/`, '--page', page);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createTcp().listen(port, '127.0.0.1');
  const free = await Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ]);
  await new Promise((done) => probe.close(done));
  return free;
}

/** Listens on a free port that browsers block and that does not need root. */
async function listenUnsafely(scene: Scene, server: Server): Promise<number> {
  const ports = [...blockedPorts].filter((port) => port > 1024);
  const free = await Promise.all(ports.map(isFree));
  return scene.listen(
    server,
    '127.0.0.1',
    ports.find((_, index) => free[index]),
  );
}

/** Serves a page, and accepts handshakes from the listed origins. */
async function both(scene: Scene, sent: Sent, origins: string[] = []): Promise<Call> {
  const server = createSecure(scene.leaf, ({ url }, response) => {
    const status = url === '/' ? 200 : 404;
    response.writeHead(status, { 'content-type': 'text/html', ...sent.headers });
    response.end(sent.html);
  });
  const listed = [...origins];
  withSockets(server, { verifyClient: ({ origin }: Claimed) => listed.includes(origin) });
  const host = `localhost:${await scene.listen(server)}`;
  listed.push(`https://${host}`);
  return at(`wss://${host}/`, '--page', `https://${host}/`);
}

export const pageScenarios: Scenario[] = [
  {
    name: 'the page is an error',
    codes: ['page-not-reached', 'healthy'],
    unasked: 'a browser shows a page of the same origin in its place',
    build: async (scene) => {
      const call = await both(scene, {});
      return { ...call, args: [...call.args, '--page', `${call.args.at(-1)}missing`] };
    },
  },
  {
    name: "a page's policy allows its own server",
    codes: ['healthy'],
    build: (scene) => both(scene, policy("default-src 'none'; connect-src 'self'")),
  },
  {
    name: "a page's policy names another port",
    codes: ['content-security-policy'],
    build: (scene) => from(scene, policy("default-src 'self'; connect-src 'self'")),
  },
  {
    name: 'a second policy forbids what the first one allows',
    codes: ['content-security-policy'],
    build: (scene) =>
      from(scene, {
        headers: { 'content-security-policy': ['connect-src wss:', "default-src 'self'"] },
      }),
  },
  {
    name: 'a policy that only reports',
    codes: ['healthy'],
    build: (scene) =>
      from(scene, { headers: { 'content-security-policy-report-only': "default-src 'none'" } }),
  },
  {
    name: 'the document itself has a policy',
    codes: ['content-security-policy'],
    build: (scene) =>
      from(scene, {
        html: `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`,
      }),
  },
  {
    name: 'the page redirects to another one, which has a policy',
    codes: ['content-security-policy'],
    build: async (scene) => {
      const page = await pageOf(scene, policy("connect-src 'self'"));
      const first = createPlain((_request, response) => {
        response.writeHead(302, { location: page });
        response.end();
      });
      const start = `http://127.0.0.1:${await scene.listen(first)}/`;
      return at(`wss://localhost:${await openToAll(scene)}/`, '--page', start);
    },
  },
  {
    name: 'the page is in a sandbox without scripts',
    codes: ['content-security-policy'],
    unasked: 'a page without scripts cannot be told to open a socket',
    build: (scene) => from(scene, policy('sandbox')),
  },
  {
    name: "the page is in a sandbox without an origin, and the server lists the page's origin",
    codes: ['origin-refused'],
    build: (scene) => both(scene, policy('sandbox allow-scripts')),
  },
  {
    name: 'the page is in a sandbox without an origin, and the server lists "null"',
    codes: ['healthy'],
    build: (scene) => both(scene, policy('sandbox allow-scripts'), ['null']),
  },
  {
    name: 'the page counts as public, and the server is local',
    codes: ['local-network-access'],
    likely: true,
    build: (scene) => from(scene, policy('treat-as-public-address')),
  },
  {
    name: 'an https:// page opens ws:// to localhost',
    codes: ['healthy'],
    build: async (scene) => {
      const page = await pageOf(scene, {});
      return at(`ws://localhost:${await openToAll(scene, false)}/`, '--page', page);
    },
  },
  {
    name: 'an https:// page opens ws:// to another address that is not public',
    codes: ['mixed-content'],
    build: async (scene) => {
      const page = await pageOf(scene, {});
      return at(`ws://0.0.0.0:${await openToAll(scene, false)}/`, '--page', page);
    },
  },
  {
    name: 'an https:// page opens ws:// to a public name',
    codes: ['dns', 'mixed-content'],
    build: async (scene) => at('ws://no-such-name.invalid/', '--page', await pageOf(scene, {})),
  },
  {
    name: 'the page upgrades ws:// to wss://, and the server uses plain HTTP',
    codes: ['content-security-policy'],
    build: async (scene) => {
      const page = await pageOf(scene, policy('upgrade-insecure-requests'));
      return at(`ws://0.0.0.0:${await openToAll(scene, false)}/`, '--page', page);
    },
  },
  {
    name: 'no server serves the page',
    codes: ['page-not-reached', 'healthy'],
    unasked: 'there is no page that could open a socket',
    build: async (scene) => {
      const closed = createPlain();
      const port = await scene.listen(closed);
      await new Promise((done) => closed.close(done));
      const page = `https://localhost:${port}/`;
      return at(`wss://localhost:${await openToAll(scene)}/`, '--page', page);
    },
  },
  {
    name: 'browsers block the port',
    codes: ['unsafe-port'],
    build: async (scene) => {
      const server = secureEcho(scene.leaf);
      return at(`wss://localhost:${await listenUnsafely(scene, server)}/`);
    },
  },
];
