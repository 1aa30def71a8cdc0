import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { createSecureContext } from 'node:tls';
import { make, serverUsage, type Issued } from '../support/pki.js';
import { plainEcho, secureEcho, withSockets } from './echo.js';
import { knowing } from './network.js';
import { refuse } from './raw.js';
import { at, localHosts, type Call, type Scenario, type Scene } from './scene.js';

/** Servers on the same port of ::1 and 127.0.0.1. */
async function listenOnBoth(scene: Scene, six: ReturnType<typeof createServer>, four: typeof six) {
  const port = await scene.listen(four, '127.0.0.1');
  await scene.listen(six, '::1', port);
  return port;
}

/** A name with both addresses. */
function both(scene: Scene): Pick<Call, 'env'> {
  return knowing(scene, { 'both.test': ['::1', '127.0.0.1'] });
}

function leafFor(scene: Scene, differing: Partial<Parameters<typeof make>[0]> = {}) {
  const hosts = [...localHosts, 'both.test'];
  return make({ name: 'CN=leaf', hosts, by: scene.ca, usage: serverUsage, ...differing });
}

/** A server that serves its certificates in turn. */
async function serveInTurn(scene: Scene, certificates: Issued[]): Promise<Call> {
  const contexts = certificates.map(({ cert, key }) => createSecureContext({ cert, key }));
  const counted = { connections: 0 };
  const { cert, key } = scene.leaf;
  const server = createSecure({
    cert,
    key,
    SNICallback: (_name, done) => {
      const context = contexts[counted.connections % contexts.length];
      counted.connections += 1;
      done(null, context);
    },
  });
  return at(`wss://localhost:${await scene.listen(withSockets(server))}/`);
}

/** A proxy of the environment that answers each CONNECT alike. */
async function behindProxy(scene: Scene, answer: string): Promise<Pick<Call, 'env'>> {
  const proxy = createPlain();
  proxy.on('connect', (_request, socket) => refuse(socket, answer));
  const port = await scene.listen(proxy);
  const { env } = knowing(scene, { 'chat.test': ['127.0.0.1'] });
  return { env: { ...env, http_proxy: `http://user:word@127.0.0.1:${port}` } };
}

const madeUp = 'the name is made up';

export const addressScenarios: Scenario[] = [
  {
    name: 'a name that does not exist yet, with the address of its server',
    codes: ['healthy'],
    unasked: madeUp,
    build: async (scene) => {
      const { cert, key } = await leafFor(scene, { hosts: ['soon.test'] });
      const port = await scene.listen(secureEcho({ cert, key }));
      return at(`wss://soon.test:${port}/`, '--address', '127.0.0.1');
    },
  },
  {
    name: 'an address of a server that is not the one of the name',
    codes: ['name-mismatch'],
    unasked: madeUp,
    build: async (scene) => {
      const port = await scene.listen(secureEcho(scene.leaf));
      return {
        ...at(`wss://soon.test:${port}/`, '--address', '127.0.0.1'),
        ...knowing(scene, { 'soon.test': ['127.0.0.9'] }),
      };
    },
  },
  {
    name: 'another program on ::1 of localhost, which browsers try first',
    codes: ['wrong-path', 'addresses-differ'],
    unasked: 'whether Node.js uses 127.0.0.1 depends on the hosts file',
    build: async (scene) => {
      const other = createPlain((_request, response) => response.writeHead(404).end('Not Found'));
      return at(`ws://localhost:${await listenOnBoth(scene, other, plainEcho())}/`);
    },
  },
  {
    name: 'the second address of a name has another certificate',
    codes: ['addresses-differ', 'healthy'],
    unasked: madeUp,
    build: async (scene) => {
      const good = await leafFor(scene);
      const other = await leafFor(scene, { hosts: ['other.test'] });
      const servers = [good, other].map(({ cert, key }) => secureEcho({ cert, key }));
      const [six = plainEcho(), four = plainEcho()] = servers;
      return {
        ...at(`wss://both.test:${await listenOnBoth(scene, six, four)}/`),
        ...both(scene),
      };
    },
  },
  {
    name: 'the second address of a name speaks plain HTTP',
    codes: ['addresses-differ', 'healthy'],
    unasked: madeUp,
    build: async (scene) => {
      const { cert, key } = await leafFor(scene);
      const port = await listenOnBoth(scene, secureEcho({ cert, key }), plainEcho());
      return { ...at(`wss://both.test:${port}/`), ...both(scene) };
    },
  },
  {
    name: 'the first address of a name is silent',
    codes: ['silent', 'addresses-differ'],
    likely: true,
    unasked: madeUp,
    build: async (scene) => {
      const { cert, key } = await leafFor(scene);
      const deaf = createServer(() => undefined);
      const port = await listenOnBoth(scene, deaf, secureEcho({ cert, key }));
      return { ...at(`wss://both.test:${port}/`, '--timeout', '1'), ...both(scene) };
    },
  },
  {
    name: 'both addresses of a name work',
    codes: ['healthy'],
    unasked: madeUp,
    build: async (scene) => ({
      ...at(`ws://both.test:${await listenOnBoth(scene, plainEcho(), plainEcho())}/`),
      ...both(scene),
    }),
  },
  {
    name: 'every second connection gets an expired certificate',
    codes: ['certificates-differ'],
    unasked: 'the clients may get the other certificate',
    counts: true,
    build: async (scene) =>
      serveInTurn(scene, [scene.leaf, await leafFor(scene, { from: -9, to: -1 })]),
  },
  {
    name: 'the first connection gets an expired certificate, the second a valid one',
    codes: ['expired', 'certificates-differ'],
    unasked: 'the clients may get the other certificate',
    counts: true,
    build: async (scene) =>
      serveInTurn(scene, [await leafFor(scene, { from: -9, to: -1 }), scene.leaf]),
  },
  {
    name: 'every second connection gets a certificate for another name',
    codes: ['certificates-differ'],
    unasked: 'the clients may get the other certificate',
    counts: true,
    build: async (scene) =>
      serveInTurn(scene, [scene.leaf, await leafFor(scene, { hosts: ['other.test'] })]),
  },
  {
    name: 'every second connection gets a certificate of another CA',
    codes: ['certificates-differ'],
    unasked: 'the clients may get the other certificate',
    counts: true,
    build: async (scene) => {
      const by = await make({ name: 'CN=Other CA', isCa: true });
      return serveInTurn(scene, [scene.leaf, await leafFor(scene, { by })]);
    },
  },
  {
    name: 'two valid certificates in turn',
    codes: ['healthy'],
    build: async (scene) => serveInTurn(scene, [scene.leaf, await leafFor(scene)]),
  },
  {
    name: 'the server listens on loopback, and the URL has an address of the network',
    codes: ['loopback-only'],
    unasked: 'the network is made up',
    build: async (scene) => {
      const preload = scene.file(
        'interfaces.mjs',
        `import os from 'node:os';
         import { syncBuiltinESMExports } from 'node:module';
         os.networkInterfaces = () => ({ eth0: [{ address: '127.0.0.2', internal: false }] });
         syncBuiltinESMExports();`,
      );
      return {
        ...at(`ws://127.0.0.2:${await scene.listen(plainEcho())}/`),
        env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` },
      };
    },
  },
  {
    name: 'the proxy of the environment opens no tunnel',
    codes: ['browser-proxy', 'healthy'],
    unasked: madeUp,
    build: async (scene) => ({
      ...at(`ws://chat.test:${await scene.listen(plainEcho())}/`),
      ...(await behindProxy(scene, '403 Forbidden')),
    }),
  },
  {
    name: 'the proxy of the environment opens a tunnel',
    codes: ['browser-proxy', 'healthy'],
    unasked: madeUp,
    build: async (scene) => ({
      ...at(`ws://chat.test:${await scene.listen(plainEcho())}/`),
      ...(await behindProxy(scene, '200 Connection established')),
    }),
  },
  {
    name: 'NO_PROXY has the host',
    codes: ['healthy'],
    unasked: madeUp,
    build: async (scene) => {
      const { env } = await behindProxy(scene, '403 Forbidden');
      return {
        ...at(`ws://chat.test:${await scene.listen(plainEcho())}/`),
        env: { ...env, NO_PROXY: 'other.example, .test' },
      };
    },
  },
];
