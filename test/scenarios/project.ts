import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { createServer } from 'node:net';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Code } from '../../src/doctor/verdict.js';
import { clientUsage, make, serverUsage, type Issued } from '../support/pki.js';
import {
  localProject,
  setLines,
  startProxy,
  startService,
  type LocalProject,
} from '../support/projects.js';
import { programs, type Way } from '../support/ways.js';
import { secureEcho } from './echo.js';
import { localHosts, type Call, type Scenario, type Scene } from './scene.js';

/** doctor without a URL, in a project. */
function inside({ folder }: LocalProject, more: Partial<Call> = {}): Call {
  return { args: [], cwd: folder, ...more };
}

function needsOf(way: Way): string[] {
  return programs[way].filter((program) => ['caddy', 'nginx'].includes(program));
}

const leafWith = ({ ca }: Scene, more: Partial<Parameters<typeof make>[0]>): Promise<Issued> =>
  make({ name: 'CN=leaf', hosts: localHosts, by: ca, usage: serverUsage, ...more });

/** A project that is not running, with its own key and certificate. */
function idleWith(
  name: string,
  code: Code,
  pair: (scene: Scene) => Promise<Partial<Pick<Issued, 'key' | 'cert'>>>,
): Scenario {
  return {
    name: `a project with ${name}`,
    codes: [code, 'port-closed'],
    build: async (scene) => {
      const { key = scene.leaf.key, cert = scene.leaf.cert } = await pair(scene);
      return inside(
        await localProject(scene, 'mkcert', { 'certs/key.pem': key, 'certs/cert.pem': cert }),
      );
    },
  };
}

function encrypted(key: string): string {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  return createPrivateKey(key).export(options).toString();
}

const pairScenarios: Scenario[] = [
  idleWith('a key in one line', 'not-pem', async ({ leaf }) => ({
    key: leaf.key.replaceAll('\n', ''),
  })),
  idleWith('its files swapped', 'not-pem', async ({ leaf }) => ({
    key: leaf.cert,
    cert: leaf.key,
  })),
  idleWith('an encrypted key', 'encrypted-key', async ({ leaf }) => ({ key: encrypted(leaf.key) })),
  idleWith('an RSA key for an EC certificate', 'key-mismatch', async (scene) => ({
    key: (await leafWith(scene, { bits: 2048 })).key,
  })),
  idleWith('a chain in the wrong order', 'key-mismatch', async ({ ca, leaf }) => ({
    cert: `${(await make({ name: 'CN=Intermediate', hosts: localHosts, by: ca })).cert}${leaf.cert}`,
  })),
  idleWith('an expired certificate', 'expired', (scene) => leafWith(scene, { from: -20, to: -10 })),
  idleWith('a certificate of the future', 'not-yet-valid', (scene) => leafWith(scene, { from: 5 })),
  idleWith('a certificate for another name', 'name-mismatch', (scene) =>
    leafWith(scene, { hosts: ['chat.example.com'] }),
  ),
  idleWith('a certificate for clients', 'not-a-server-certificate', (scene) =>
    leafWith(scene, { usage: clientUsage }),
  ),
  idleWith('a short key', 'weak-key', (scene) => leafWith(scene, { bits: 1024 })),
  idleWith('a certificate without subjectAltName', 'no-subject-alt-name', ({ ca }) =>
    make({ name: 'CN=localhost', by: ca, usage: serverUsage }),
  ),
];

/** A project that is served correctly, in each of the ways. */
const healthyScenarios = (['mkcert', 'files', 'insecure', 'caddy', 'nginx'] as const).flatMap(
  (way): Scenario[] => [
    {
      name: `a project that runs: ${way}`,
      codes: ['healthy'],
      needs: needsOf(way),
      build: async (scene) => {
        const project = await localProject(scene, way);
        await startService(scene, project);
        if (needsOf(way).length > 0) {
          await startProxy(scene, project);
        }
        return inside(project, { cwd: join(project.folder, 'src') });
      },
    },
    {
      name: `a project that does not run: ${way}`,
      codes: ['port-closed'],
      build: async (scene) => inside(await localProject(scene, way)),
    },
  ],
);

/** Puts a named pipe without a writer in the place of a file. */
function pipeAt({ folder }: LocalProject, path: string): void {
  rmSync(join(folder, path));
  execFileSync('mkfifo', [join(folder, path)]);
}

const pipeScenarios = ['certs/key.pem', 'certs/cert.pem'].flatMap((path): Scenario[] => [
  {
    name: `a project that does not run, and whose ${path} is a named pipe`,
    codes: ['unreadable-file', 'port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      pipeAt(project, path);
      return inside(project, { env: { PORT: String(project.port) } });
    },
  },
  {
    name: `a project that runs, and whose ${path} was replaced with a named pipe later`,
    codes: ['unreadable-file', 'healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project);
      pipeAt(project, path);
      return inside(project, { args: [`wss://localhost:${project.port}/live`] });
    },
  },
]);

const envPipeScenarios: Scenario[] = [
  {
    name: 'a project whose .env is a named pipe',
    codes: ['unreadable-file'],
    unasked: 'there is no URL',
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      pipeAt(project, '.env');
      return inside(project);
    },
  },
  {
    name: 'a running service whose .env was replaced with a named pipe, by its URL',
    codes: ['healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project);
      pipeAt(project, '.env');
      return inside(project, { args: [`wss://localhost:${project.port}/live`] });
    },
  },
];

const ofEnv = 'it sends an origin of .env, which the service does not know';

const settingsScenarios: Scenario[] = [
  {
    name: 'a project without .env, like a fresh clone',
    codes: ['unreadable-file', 'port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      rmSync(join(project.folder, '.env'));
      return inside(project, { env: { PORT: String(project.port) } });
    },
  },
  {
    name: 'a project without .env and certificate',
    codes: ['unreadable-file', 'unreadable-file', 'port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      rmSync(join(project.folder, '.env'));
      rmSync(join(project.folder, 'certs'), { recursive: true });
      return inside(project, { env: { PORT: String(project.port) } });
    },
  },
  {
    name: 'a project with an invalid log level',
    codes: ['invalid-setting', 'port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      setLines(project, 'LOG_LEVEL=loud');
      return inside(project);
    },
  },
  {
    name: 'a project with an invalid port',
    codes: ['invalid-setting'],
    unasked: 'there is no URL',
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setLines(project, 'PORT=99999');
      return inside(project);
    },
  },
  {
    name: 'a project whose service verifies no certificates',
    codes: ['verification-disabled', 'healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setLines(project, 'NODE_TLS_REJECT_UNAUTHORIZED=0');
      await startService(scene, project);
      return inside(project);
    },
  },
  {
    name: 'a project whose service runs without TLS, unlike its .env',
    codes: ['tls-on-plain-port'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project, { HTTPS: 'false' });
      return inside(project);
    },
  },
  {
    name: 'a project whose service runs with TLS, unlike its .env',
    codes: ['plain-on-tls-port'],
    build: async (scene) => {
      const { key, cert } = scene.leaf;
      const files = { 'certs/key.pem': key, 'certs/cert.pem': cert };
      const project = await localProject(scene, 'insecure', files);
      await startService(scene, project, { HTTPS: 'true' });
      return inside(project);
    },
  },
  {
    name: 'a project whose service runs with other origins than in its .env',
    codes: ['origin-refused'],
    except: { ws: ofEnv, 'Node.js 24': ofEnv, curl: ofEnv },
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      await startService(scene, project, { DOMAINS: 'http://app.test' });
      return inside(project);
    },
  },
];

const typedScenarios: Scenario[] = [
  {
    name: 'a project that runs on another port than in DOMAINS',
    codes: ['origin-refused', 'healthy'],
    unasked: 'its other pages may open sockets',
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setLines(project, 'DOMAINS=http://localhost:1');
      await startService(scene, project);
      return inside(project);
    },
  },
  {
    name: 'a project that does not run, and whose CA is not trusted',
    codes: ['port-closed', 'private-ca'],
    build: async (scene) => {
      const ca = await make({ name: 'CN=Unknown CA', isCa: true });
      const { cert, key } = await leafWith(scene, { by: ca });
      const pair = { 'certs/key.pem': key, 'certs/cert.pem': cert + ca.cert };
      return inside(await localProject(scene, 'mkcert', pair));
    },
  },
  {
    name: 'a project that runs, with its URL',
    codes: ['healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project);
      return inside(project, { args: [`wss://localhost:${project.port}/live`] });
    },
  },
  {
    name: 'a project that does not run, with its URL',
    codes: ['port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      return inside(project, { args: [`wss://localhost:${project.port}/live`] });
    },
  },
  {
    name: 'the URL of another server, in a broken project',
    codes: ['healthy'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const port = await scene.listen(secureEcho({ cert, key }));
      const project = await localProject(scene, 'mkcert', { 'certs/key.pem': '' });
      return inside(project, { args: [`wss://localhost:${port}/`] });
    },
  },
];

const changedScenarios: Scenario[] = [
  {
    name: 'a project that runs, and whose key was removed later',
    codes: ['unreadable-file', 'healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project);
      rmSync(join(project.folder, 'certs/key.pem'));
      return inside(project);
    },
  },
  {
    name: 'a project that runs, and whose file was replaced with an older certificate later',
    codes: ['expired', 'healthy'],
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      await startService(scene, project);
      const { key, cert } = await leafWith(scene, { from: -20, to: -10 });
      writeFileSync(join(project.folder, 'certs/cert.pem'), cert);
      writeFileSync(join(project.folder, 'certs/key.pem'), key);
      return inside(project);
    },
  },
];

const portScenarios: Scenario[] = [
  {
    name: 'a project whose port is used by the service of another project',
    codes: ['port-in-use'],
    unasked: 'a socket of the other project would open',
    build: async (scene) => {
      const other = await localProject(scene, 'mkcert');
      await startService(scene, other);
      const project = await localProject(scene, 'mkcert');
      setLines(project, `PORT=${other.port}\nDOMAINS=https://localhost:${other.port}`);
      return inside(project);
    },
  },
  {
    name: 'a project whose port is used by another TLS server',
    codes: ['port-in-use'],
    unasked: 'a socket of the other server would open',
    build: async (scene) => {
      const port = await scene.listen(secureEcho(scene.leaf));
      const project = await localProject(scene, 'mkcert');
      setLines(project, `PORT=${port}\nDOMAINS=https://localhost:${port}`);
      return inside(project);
    },
  },
  {
    name: 'a project whose port is used by a service that starts with a greeting',
    codes: ['port-in-use'],
    build: async (scene) => {
      const greeter = createServer((socket) => socket.write('220 mail ESMTP\r\n'));
      const port = await scene.listen(greeter);
      const project = await localProject(scene, 'insecure');
      setLines(project, `PORT=${port}\nDOMAINS=http://localhost:${port}`);
      return inside(project);
    },
  },
  {
    name: 'a project whose port is used on another address of the machine',
    codes: ['port-in-use'],
    build: async (scene) => {
      const port = await scene.listen(createServer(), '127.0.0.2');
      const project = await localProject(scene, 'insecure');
      setLines(project, `HOST=0.0.0.0\nPORT=${port}\nDOMAINS=http://localhost:${port}`);
      return inside(project);
    },
  },
  {
    name: 'a project that should listen on an address of another machine',
    codes: ['address-not-available', 'origin-refused'],
    unasked: 'what the network says of such an address is the network’s matter',
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setLines(project, 'HOST=2001:db8::7\nDOMAINS=http://app.test');
      return inside(project);
    },
  },
];

/** Makes the local proxy use TLS to the service. */
function askByTls({ folder, way, port }: LocalProject): void {
  const file = way === 'caddy' ? 'proxy/local.Caddyfile' : 'proxy/nginx.local.conf';
  const path = join(folder, file);
  const plain = way === 'caddy' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`;
  writeFileSync(path, readFileSync(path, 'utf8').replace(plain, `https://127.0.0.1:${port}`));
}

const proxyScenarios = (['caddy', 'nginx'] as const).flatMap((way): Scenario[] => [
  {
    name: `a project whose service does not run behind ${way}`,
    codes: ['proxy-upstream-down'],
    needs: needsOf(way),
    build: async (scene) => {
      const project = await localProject(scene, way);
      await startProxy(scene, project);
      return inside(project);
    },
  },
  {
    name: `a project whose service uses TLS behind ${way}`,
    codes: ['proxy-upstream-scheme'],
    needs: needsOf(way),
    build: async (scene) => {
      const project = await localProject(scene, way);
      await startService(scene, project, { HTTPS: 'true' });
      await startProxy(scene, project);
      return inside(project);
    },
  },
  {
    name: `a project whose ${way} uses TLS to a plain HTTP service`,
    codes: ['proxy-upstream-scheme'],
    likely: true,
    needs: needsOf(way),
    build: async (scene) => {
      const project = await localProject(scene, way);
      askByTls(project);
      await startService(scene, project);
      await startProxy(scene, project);
      return inside(project);
    },
  },
  {
    name: `a project whose ${way} does not run`,
    codes: ['port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, way);
      await startService(scene, project);
      return inside(project);
    },
  },
  {
    name: `a project whose ${way} lacks its certificate`,
    codes: ['unreadable-file', 'port-closed'],
    build: async (scene) => {
      const project = await localProject(scene, way);
      rmSync(join(project.folder, 'certs'), { recursive: true });
      await startService(scene, project);
      return inside(project);
    },
  },
]);

/** Rendered projects, in which doctor runs without a URL. */
export const projectScenarios: Scenario[] = [
  ...healthyScenarios,
  ...settingsScenarios,
  ...pairScenarios,
  ...pipeScenarios,
  ...envPipeScenarios,
  ...typedScenarios,
  ...changedScenarios,
  ...portScenarios,
  ...proxyScenarios,
];
