import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { plainEcho } from './echo.js';
import { at, type Call, type Scenario, type Scene } from './scene.js';

/** A server that does one thing with each connection. */
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

/** Listens, takes no connection, and says its port. */
const deaf = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** A port whose queue is full: Linux drops whatever is sent to it, as a firewall does. */
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

/** What the system is made to answer about names, since no test asks the network. */
function knowing(scene: Scene, names: Record<string, string[]>): Pick<Call, 'env'> {
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

const long = ['--timeout', '1'];

export const networkScenarios: Scenario[] = [
  {
    name: 'nothing listens',
    codes: ['port-closed'],
    build: async (scene) => at(`wss://127.0.0.1:${await freePort(scene)}/`),
  },
  {
    name: 'nothing listens, on either address of localhost',
    codes: ['port-closed'],
    build: async (scene) => at(`ws://localhost:${await freePort(scene)}/`),
  },
  {
    name: 'the server listens on ::1, and the URL says 127.0.0.1',
    codes: ['wrong-address-family'],
    build: async (scene) => at(`ws://127.0.0.1:${await scene.listen(plainEcho(), '::1')}/`),
  },
  {
    name: 'the server listens on 127.0.0.1, and the URL says ::1',
    codes: ['wrong-address-family'],
    build: async (scene) => at(`ws://[::1]:${await scene.listen(plainEcho())}/`),
  },
  {
    name: 'the name is not known',
    codes: ['dns'],
    build: async () => at(`wss://${'a'.repeat(64)}.test/`),
  },
  {
    name: 'a name of .localhost, which browsers know by themselves',
    codes: ['dns', 'healthy'],
    build: async (scene) => ({
      ...at(`ws://app.localhost:${await scene.listen(plainEcho(), '::')}/`),
      ...knowing(scene, { 'app.localhost': [] }),
    }),
  },
  {
    name: 'a name with two addresses, and the server listens on one',
    codes: ['one-address-family', 'healthy'],
    unasked: 'the name is made up',
    build: async (scene) => ({
      ...at(`ws://both.test:${await scene.listen(plainEcho())}/`),
      ...knowing(scene, { 'both.test': ['::1', '127.0.0.1'] }),
    }),
  },
  {
    name: 'what is sent to the address is dropped',
    codes: ['unreachable'],
    likely: true,
    build: async (scene) => at(`wss://127.0.0.1:${await deafPort(scene)}/`, ...long),
  },
  {
    name: 'connections are dropped before a word',
    codes: ['reset-before-tls'],
    build: async (scene) =>
      at(`wss://127.0.0.1:${await rude(scene, (socket) => socket.resetAndDestroy())}/`),
  },
  {
    name: 'connections are ended behind the first bytes',
    codes: ['reset-before-tls'],
    build: async (scene) =>
      at(
        `wss://127.0.0.1:${await rude(scene, (socket) => socket.once('data', () => socket.end()))}/`,
      ),
  },
  {
    name: 'connections are taken, and nothing is said',
    codes: ['silent'],
    likely: true,
    build: async (scene) => at(`wss://127.0.0.1:${await rude(scene, () => undefined)}/`, ...long),
  },
  {
    name: 'nothing is said to a plain handshake',
    codes: ['silent'],
    build: async (scene) => at(`ws://127.0.0.1:${await rude(scene, () => undefined)}/`, ...long),
  },
  {
    name: 'another service with a greeting of its own',
    codes: ['not-tls'],
    build: async (scene) =>
      at(
        `wss://127.0.0.1:${await rude(scene, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))}/`,
      ),
  },
  {
    name: 'another service that answers in words of its own',
    codes: ['not-tls'],
    build: async (scene) => {
      const port = await rude(scene, (socket) =>
        socket.on('data', () => socket.end('-ERR unknown command\r\n')),
      );
      return at(`wss://127.0.0.1:${port}/`);
    },
  },
  {
    name: 'ws:// to a service with a greeting of its own',
    codes: ['not-a-websocket-server'],
    build: async (scene) =>
      at(`ws://127.0.0.1:${await rude(scene, (socket) => socket.write('220 mail ESMTP\r\n'))}/`),
  },
  {
    name: 'wss:// to a plain server',
    codes: ['tls-on-plain-port'],
    build: async (scene) => at(`wss://127.0.0.1:${await scene.listen(plainEcho())}/`),
  },
];
