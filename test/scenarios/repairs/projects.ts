import { createPrivateKey } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientUsage, make, serverUsage, type Issued } from '../../support/pki.js';
import { localProject, startProxy, type LocalProject } from '../../support/projects.js';
import { start } from '../../support/running.js';
import type { Environment } from '../../support/sandbox.js';
import type { Way } from '../../support/ways.js';
import { secureEcho } from '../echo.js';
import { localHosts, type Call, type Scene } from '../scene.js';
import { adopt, setIn, type Broken, type Repair } from './repair.js';

/** doctor in a project, whose scripts doctor may name. */
function inside(project: LocalProject, more: Partial<Broken> & { args?: string[] } = {}): Broken {
  const { args = [], ...rest } = more;
  const ports = { dev: project.port, proxy: project.proxyPort };
  return { call: { args, cwd: project.folder }, ports, ...rest };
}

/** Starts the service. Returns how to stop it. */
async function service(
  { sandbox, later }: Scene,
  { folder, port }: LocalProject,
  env: Environment = {},
): Promise<() => Promise<unknown>> {
  const command = [process.execPath, 'src/server.js'];
  const running = await start(command, { cwd: folder, env: { ...sandbox.env, ...env }, port });
  const stop = async (): Promise<unknown> => running.stop();
  later(stop);
  return stop;
}

type Different = Partial<Parameters<typeof make>[0]>;

function leafWith(scene: Scene, different: Different = {}): Promise<Issued> {
  const usual = { name: 'CN=leaf', hosts: localHosts, by: scene.ca, usage: serverUsage };
  return make({ ...usual, ...different });
}

function pairIn(way: Way, { key, cert }: Pick<Issued, 'key' | 'cert'>): Record<string, string> {
  const folder = way === 'files' ? 'own' : 'certs';
  return { [`${folder}/key.pem`]: key, [`${folder}/cert.pem`]: cert };
}

/** The project, and the certificate of the scene. */
type Typed = LocalProject & Pick<Scene, 'leaf'>;

interface Idle extends Omit<Repair, 'build'> {
  way?: Way;
  /** A CA that is not for development has signed it: no command may replace it. */
  isReal?: boolean;
  pair: (scene: Scene) => Promise<Pick<Issued, 'key' | 'cert'>>;
  /** Types words of the fix. Without it, the commands are run. */
  type?: (words: string[], project: Typed, run: () => Promise<void>) => unknown;
}

/** A project that is not running, with a wrong pair; the next fix starts it. */
function idle({ way = 'mkcert', isReal = false, pair, type, ...repair }: Idle): Repair {
  return {
    ...repair,
    build: async (scene) => {
      if (!isReal) {
        adopt(scene);
      }
      const project = await localProject(scene, way, pairIn(way, await pair(scene)));
      return type === undefined
        ? inside(project)
        : inside(project, {
            type: (words, run) => type(words, { ...project, leaf: scene.leaf }, run),
          });
    },
  };
}

function encrypted(key: string): string {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  return createPrivateKey(key).export(options).toString();
}

const certificate = /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g;

/** A chain in the wrong order. Its certificates are the user's own. */
async function wrongOrder(scene: Scene): Promise<Pick<Issued, 'key' | 'cert'>> {
  const between = await make({ name: 'CN=Between', isCa: true, by: scene.ca });
  const { key, cert } = await leafWith(scene, { by: between });
  return { key, cert: between.cert + cert };
}

/** Moves a certificate of a file to its start, and checks that all are kept. */
function moveToStart(path: string, index: number): void {
  const all = readFileSync(path, 'utf8').match(certificate) ?? [];
  const first = all[index] ?? '';
  writeFileSync(path, [first, ...all.filter((each) => each !== first)].join(''));
}

const move = /Move certificate (\d+) to the start of (\S+), followed by the one that signed it/;

interface Renewed {
  code: string;
  words: RegExp;
  different: Different;
}

/** A certificate of the user's own CA, which signs a new one as the fix says. */
function real({ code, words, different }: Renewed, way: Way): Repair {
  const place: { scene?: Scene } = {};
  return idle({
    name: `a certificate of the user's own CA, ${way}: ${code}`,
    code,
    way,
    isReal: true,
    words,
    pair: (scene) => {
      place.scene = scene;
      return leafWith(scene, different);
    },
    type: async (_words, { folder }) => {
      const pair = place.scene === undefined ? undefined : await leafWith(place.scene);
      const { key = '', cert = '' } = pair ?? {};
      for (const [path, text] of Object.entries(pairIn(way, { key, cert }))) {
        writeFileSync(join(folder, path), text);
      }
    },
  });
}

const renew = /Renew the certificate, and save it as the file in CERT_KEY/;

const reals: Renewed[] = [
  { code: 'expired', words: renew, different: { from: -20, to: -10 } },
  { code: 'not-yet-valid', words: /or get a new certificate/, different: { from: 5 } },
  { code: 'weak-key', words: renew, different: { bits: 1024 } },
  { code: 'not-a-server-certificate', words: renew, different: { usage: clientUsage } },
  {
    code: 'name-mismatch',
    words: /Get a certificate that is also valid for localhost/,
    different: { hosts: ['chat.example.com'] },
  },
];

const pairs: Repair[] = [
  ...(['mkcert', 'files'] as const).flatMap((way) => reals.map((each) => real(each, way))),
  ...(['mkcert', 'files'] as const).map((way) =>
    idle({
      name: `a chain in the wrong order, ${way}`,
      code: 'key-mismatch',
      way,
      isReal: way === 'files',
      words: move,
      pair: wrongOrder,
      type: ([, index = '', path = ''], { folder }) =>
        moveToStart(join(folder, path), Number(index) - 1),
    }),
  ),
  idle({
    name: "a key does not belong to the certificate of the user's own CA",
    code: 'key-mismatch',
    isReal: true,
    words: /Set (PRIV_KEY) to the key with which the certificate was requested/,
    pair: async (scene) => ({ ...scene.leaf, key: (await leafWith(scene)).key }),
    type: ([, name = ''], { folder, leaf }) => {
      writeFileSync(join(folder, 'certs/requested.pem'), leaf.key);
      setIn(folder, `${name}=certs/requested.pem`);
    },
  }),
  idle({
    name: 'a development key does not belong to the certificate',
    code: 'key-mismatch',
    pair: async (scene) => ({ ...scene.leaf, key: (await leafWith(scene)).key }),
  }),
  idle({
    name: 'the files of the pair are swapped',
    code: 'not-pem',
    way: 'files',
    words: /Swap (\w+) and (\w+) in \.env/,
    pair: async ({ leaf }) => ({ key: leaf.cert, cert: leaf.key }),
    type: ([, one = '', other = ''], { folder }) => {
      const lines = readFileSync(join(folder, '.env'), 'utf8').split('\n');
      const of = (name: string): string =>
        lines.findLast((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
      setIn(folder, `${one}=${of(other)}`, `${other}=${of(one)}`);
    },
  }),
  idle({
    name: 'the key is encrypted',
    code: 'encrypted-key',
    words: /Set (KEY_PASSPHRASE) in \.env/,
    pair: async ({ leaf }) => ({ ...leaf, key: encrypted(leaf.key) }),
    type: ([, name = ''], { folder }) => setIn(folder, `${name}=x`),
  }),
  idle({
    name: 'a development certificate has expired',
    code: 'expired',
    pair: (scene) => leafWith(scene, { from: -20, to: -10 }),
  }),
  idle({
    name: 'a development certificate is for another host name',
    code: 'name-mismatch',
    pair: (scene) => leafWith(scene, { hosts: ['chat.example.com'] }),
  }),
  {
    name: "the user's own pair is self-signed, and the service runs",
    code: 'self-signed',
    words: /set PRIV_KEY=(\S+) and CERT_KEY=(\S+) in \.env, and restart the service/,
    build: async (scene) => {
      adopt(scene);
      const own = await make({ name: 'CN=own', hosts: localHosts, usage: serverUsage });
      const project = await localProject(scene, 'files', pairIn('files', own));
      const stop = await service(scene, project);
      return inside(project, {
        type: async ([, key = '', cert = ''], run) => {
          await run();
          setIn(project.folder, `PRIV_KEY=${key}`, `CERT_KEY=${cert}`);
          await stop();
          await service(scene, project);
        },
      });
    },
  },
];

/** A project whose service runs with other settings than `.env` has: it is stopped, then started. */
function stale(name: string, code: string, way: Way, env: Environment): Repair {
  return {
    name,
    code,
    words: /Stop it, then start it again/,
    build: async (scene) => {
      const pair = pairIn('mkcert', scene.leaf);
      const project = await localProject(scene, way, way === 'insecure' ? pair : {});
      const stop = await service(scene, project, env);
      return inside(project, {
        type: async (_words, run) => {
          await stop();
          await run();
        },
      });
    },
  };
}

const services: Repair[] = [
  stale('the service runs with older origins', 'origin-refused', 'insecure', {
    DOMAINS: 'http://app.test',
  }),
  stale('the service runs without TLS, unlike .env', 'tls-on-plain-port', 'mkcert', {
    HTTPS: 'false',
  }),
  stale('the service runs with TLS, unlike .env', 'plain-on-tls-port', 'insecure', {
    HTTPS: 'true',
  }),
  {
    name: 'the service uses TLS after a proxy that terminates it',
    code: 'proxy-upstream-scheme',
    needs: ['caddy'],
    words: /Set (HTTPS)=(false) in the service: the proxy terminates TLS/,
    build: async (scene) => {
      const project = await localProject(scene, 'caddy');
      const stop = await service(scene, project, { HTTPS: 'true' });
      await startProxy(scene, project);
      return inside(project, {
        type: async ([, name = '', value = '']) => {
          await stop();
          await service(scene, project, { [name]: value });
        },
      });
    },
  },
  {
    name: 'the service does not run after its proxy',
    code: 'proxy-upstream-down',
    needs: ['caddy'],
    build: async (scene) => {
      const project = await localProject(scene, 'caddy');
      await startProxy(scene, project);
      return inside(project);
    },
  },
  {
    name: 'neither the service nor its proxy runs',
    code: 'port-closed',
    needs: ['nginx'],
    build: async (scene) => inside(await localProject(scene, 'nginx')),
  },
  {
    name: 'the service does not run',
    code: 'port-closed',
    build: async (scene) => inside(await localProject(scene, 'insecure')),
  },
  {
    name: 'the project lacks node_modules',
    code: 'port-closed',
    words: /Install the dependencies first/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      rmSync(join(project.folder, 'node_modules'));
      return inside(project);
    },
  },
  {
    name: 'a fresh clone lacks .env and its certificate',
    code: 'unreadable-file',
    needs: ['mkcert'],
    build: async (scene) => {
      adopt(scene);
      const project = await localProject(scene, 'mkcert');
      rmSync(join(project.folder, '.env'));
      rmSync(join(project.folder, 'certs'), { recursive: true });
      const env = { PORT: String(project.port), DOMAINS: `https://localhost:${project.port}` };
      const { call, ...rest } = inside(project);
      return { ...rest, call: { ...call, env } };
    },
  },
  {
    name: 'the key of a project is missing',
    code: 'unreadable-file',
    build: async (scene) => {
      adopt(scene);
      const project = await localProject(scene, 'mkcert');
      rmSync(join(project.folder, 'certs/key.pem'));
      return inside(project);
    },
  },
  {
    name: 'another program uses the port of the service',
    code: 'port-in-use',
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      const program =
        "require('node:http').createServer((q, r) => r.end()).listen(process.argv[1])";
      const command = [process.execPath, '-e', program, String(project.port)];
      const { sandbox } = scene;
      const cwd = sandbox.home;
      const other = await start(command, { cwd, env: sandbox.env, port: project.port });
      scene.later(() => other.stop());
      return inside(project);
    },
  },
  {
    name: 'a server of this user uses the port of the service',
    code: 'port-in-use',
    words: /Set another PORT in \.env, and use it in DOMAINS/,
    either: true,
    build: async (scene) => {
      const project = await localProject(scene, 'mkcert');
      const taken = await scene.listen(secureEcho(scene.leaf));
      const at = (port: number): void =>
        setIn(project.folder, `PORT=${port}`, `DOMAINS=https://localhost:${port}`);
      at(taken);
      return inside(project, { type: () => at(project.port) });
    },
  },
  {
    name: 'the service listens on an address of another machine',
    code: 'address-not-available',
    words: /Set (HOST) in \.env to (localhost)/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setIn(project.folder, 'HOST=2001:db8::7');
      return inside(project, {
        type: ([, name = '', value = '']) => setIn(project.folder, `${name}=${value}`),
      });
    },
  },
  {
    name: 'a setting has an invalid value',
    code: 'invalid-setting',
    words: /Correct (LOG_LEVEL) in \.env/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setIn(project.folder, 'LOG_LEVEL=loud');
      return inside(project, { type: ([, name = '']) => setIn(project.folder, `${name}=info`) });
    },
  },
  {
    name: 'the service verifies no certificates',
    code: 'verification-disabled',
    words: /Remove that line from \.env/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      const path = join(project.folder, '.env');
      const before = readFileSync(path, 'utf8');
      setIn(project.folder, 'NODE_TLS_REJECT_UNAUTHORIZED=0');
      await service(scene, project);
      return inside(project, { type: () => writeFileSync(path, before) });
    },
  },
  {
    name: 'DOMAINS lacks the host name of the page',
    code: 'origin-refused',
    words: /Add (\S+) to DOMAINS in \.env/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      setIn(project.folder, 'DOMAINS=http://app.test');
      const stop = await service(scene, project);
      return inside(project, {
        type: async ([, origin = '']) => {
          setIn(project.folder, `DOMAINS=http://app.test,${origin}`);
          await stop();
          await service(scene, project);
        },
      });
    },
  },
  {
    name: 'DOMAINS has a host name that the certificate lacks',
    code: 'name-mismatch',
    words: /Add (\S+) to the script certs in package\.json/,
    build: async (scene) => {
      adopt(scene);
      const project = await localProject(scene, 'mkcert');
      const origins = ['localhost', 'chat.test'].map((host) => `https://${host}:${project.port}`);
      setIn(project.folder, `DOMAINS=${origins.join(',')}`);
      await service(scene, project);
      const path = join(project.folder, 'package.json');
      return inside(project, {
        type: async ([, host = ''], run) => {
          await run();
          const text = readFileSync(path, 'utf8');
          writeFileSync(path, text.replace(/("certs": "[^"]*)"/, `$1 ${host}"`));
        },
      });
    },
  },
  {
    name: 'the URL has another path than the socket of the project',
    code: 'wrong-path',
    words: /Use (\S+), the socket of this project/,
    build: async (scene) => {
      const project = await localProject(scene, 'insecure');
      await service(scene, project);
      const { call, ...rest } = inside(project, {
        args: [`ws://localhost:${project.port}/chat`],
      });
      const other = ([, url = '']: string[]): Call => ({ ...call, args: [url] });
      return { ...rest, call, type: other };
    },
  },
];

export const projectRepairs: Repair[] = [...pairs, ...services];
