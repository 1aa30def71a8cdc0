import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { plainEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** A server that does the same with each connection. */
function rude(scene: Scene, act: (socket: Socket) => void, host?: string): Promise<number> {
  return scene.listen(createServer(act), host);
}

/** A port that was free a moment ago. */
async function freePort(scene: Scene): Promise<number> {
  const server = createServer();
  const port = await scene.listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens, accepts no connections, and prints its port. */
const deaf = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** A port with a full backlog: Linux drops all packets to it, like a firewall. */
async function deafPort({ later }: Scene): Promise<number> {
  const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'inherit'] });
  later(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  const port = Number(String(said));
  for (let count = 0; count < 4; count += 1) {
    const filler = connect(port, '127.0.0.1').on('error', () => undefined);
    later(() => filler.destroy());
  }
  await sleep(200);
  return port;
}

/** Fake answers of the system to DNS lookups, since no test uses the network. */
export function knowing(scene: Scene, names: Record<string, string[]>): Pick<Call, 'env'> {
  const preload = scene.file(
    'names.mjs',
    `import dns from 'node:dns/promises';
     import { syncBuiltinESMExports } from 'node:module';
     const names = ${JSON.stringify(names)};
     const known = dns.lookup;
     dns.lookup = async (name, options) => {
       const found = names[name];
       if (found === undefined) return known(name, options);
       if (found.length === 0) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
       return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
     };
     syncBuiltinESMExports();`,
  );
  return { env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` } };
}

/** A record of a TLS handshake (RFC 8446, section 5.1). */
function recordOf(...body: number[]): Buffer {
  return Buffer.from([0x16, 3, 3, body.length >> 8, body.length & 0xff, ...body]);
}

/** What begins like an answer in TLS. */
const brokenHellos: Record<string, Buffer> = {
  noise: recordOf(...Array.from({ length: 90 }, (_none, index) => (index * 37 + 11) % 251)),
  'a message without its contents': recordOf(2, 0, 0, 0),
  'a session that is too long': recordOf(
    2,
    0,
    0,
    38,
    3,
    3,
    ...Array.from({ length: 36 }, () => 99),
  ),
  'extensions that are cut off': recordOf(
    ...Buffer.concat([Buffer.from([2, 0, 0, 44, 3, 3]), Buffer.alloc(33), Buffer.alloc(9, 9)]),
  ),
  'a very large message': recordOf(2, 0xff, 0xff, 0xff, ...Array.from({ length: 60 }, () => 7)),
};

const long = ['--timeout', '1'];

export const networkScenarios: Scenario[] = [
  {
    name: 'no server listens',
    codes: ['port-closed'],
    build: async (scene) => at(`wss://127.0.0.1:${await freePort(scene)}/`),
  },
  {
    name: 'no server listens on either address of localhost',
    codes: ['port-closed'],
    build: async (scene) => at(`ws://localhost:${await freePort(scene)}/`),
  },
  {
    name: 'the server listens on ::1, but the URL has 127.0.0.1',
    codes: ['wrong-address-family'],
    build: async (scene) => at(`ws://127.0.0.1:${await scene.listen(plainEcho(), '::1')}/`),
  },
  {
    name: 'the server listens on 127.0.0.1, but the URL has ::1',
    codes: ['wrong-address-family'],
    build: async (scene) => at(`ws://[::1]:${await scene.listen(plainEcho())}/`),
  },
  {
    name: 'the host name is unknown',
    codes: ['dns'],
    build: async () => at(`wss://${'a'.repeat(64)}.test/`),
  },
  {
    name: 'a name of .localhost, which browsers resolve by themselves',
    codes: ['dns', 'healthy'],
    except: { curl: 'it resolves such names itself since 7.85, unlike other programs' },
    build: async (scene) => ({
      ...at(`ws://app.localhost:${await scene.listen(plainEcho(), '::')}/`),
      ...knowing(scene, { 'app.localhost': [] }),
    }),
  },
  {
    name: 'a name with two addresses, and the server listens on only one',
    codes: ['one-address-family', 'healthy'],
    unasked: 'the name is made up',
    build: async (scene) => ({
      ...at(`ws://both.test:${await scene.listen(plainEcho())}/`),
      ...knowing(scene, { 'both.test': ['::1', '127.0.0.1'] }),
    }),
  },
  {
    name: 'packets to the address are dropped',
    codes: ['unreachable'],
    likely: true,
    build: async (scene) => at(`wss://127.0.0.1:${await deafPort(scene)}/`, ...long),
  },
  {
    name: 'connections are reset at once',
    codes: ['reset-before-tls'],
    build: async (scene) =>
      at(`wss://127.0.0.1:${await rude(scene, (socket) => socket.resetAndDestroy())}/`),
  },
  {
    name: 'connections are closed after the first bytes',
    codes: ['reset-before-tls'],
    build: async (scene) =>
      at(
        `wss://127.0.0.1:${await rude(scene, (socket) => socket.once('data', () => socket.end()))}/`,
      ),
  },
  {
    name: 'connections are accepted, and the server is silent',
    codes: ['silent'],
    likely: true,
    build: async (scene) => at(`wss://127.0.0.1:${await rude(scene, () => undefined)}/`, ...long),
  },
  {
    name: 'the server does not answer a plain handshake',
    codes: ['silent'],
    build: async (scene) => at(`ws://127.0.0.1:${await rude(scene, () => undefined)}/`, ...long),
  },
  {
    name: 'another service that starts with a greeting',
    codes: ['not-tls'],
    build: async (scene) =>
      at(
        `wss://127.0.0.1:${await rude(scene, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))}/`,
      ),
  },
  ...Object.entries(brokenHellos).map(([name, bytes]): Scenario => ({
    name: `a ServerHello that is broken: ${name}`,
    codes: ['not-tls'],
    build: async (scene) => {
      const port = await rude(scene, (socket) => socket.once('data', () => socket.write(bytes)));
      return at(`wss://127.0.0.1:${port}/`);
    },
  })),
  {
    name: 'another service that answers with its own protocol',
    codes: ['not-tls'],
    build: async (scene) => {
      const port = await rude(scene, (socket) =>
        socket.on('data', () => socket.end('-ERR unknown command\r\n')),
      );
      return at(`wss://127.0.0.1:${port}/`);
    },
  },
  {
    name: 'ws:// to a service that starts with a greeting',
    codes: ['not-a-websocket-server'],
    build: async (scene) =>
      at(`ws://127.0.0.1:${await rude(scene, (socket) => socket.write('220 mail ESMTP\r\n'))}/`),
  },
  {
    name: 'wss:// to a plain HTTP server',
    codes: ['tls-on-plain-port'],
    build: async (scene) => at(`wss://127.0.0.1:${await scene.listen(plainEcho())}/`),
  },
];
