import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeCertificate } from '../../templates/test/certificate.js';
import { bin, root, runProgram } from '../support/cli.js';
import { freePort, untilListening } from '../support/running.js';

/** What a client must know about a server. */
export interface Target {
  port: number;
  /** The certificate to trust. Without it, the server uses plain ws://. */
  ca?: string;
}

/** A program on its own core, which answers one question at a time. */
interface Program {
  ask: <Answer>(question: unknown) => Promise<Answer>;
  stop: () => Promise<void>;
}

export interface Server extends Program {
  target: Target;
}

export const schemes = ['ws', 'wss'] as const;
export type Scheme = (typeof schemes)[number];

/** The rendered service, with its checks turned on. */
export const service = 'the rendered service';

/** The baseline for comparisons. */
export const bare = 'ws';

/** Libraries with the same purpose. Each has a file in `contenders/`. */
export const contenders = ['fastify', 'crossws', 'hono', 'socket.io'];

const peers = ['crossws', 'hono', '@hono/node-server', '@hono/node-ws', 'socket.io'];

// Inside templates/node_modules/, so that Node finds the packages of the templates.
const folder = join(root, 'templates/node_modules/.cache/load');
const here = import.meta.dirname;
const [serverCore, loaderCore] = ['0', '1'];

// One client opens thousands of connections and sends as much as possible. The limits are still
// checked, and everything else is as rendered.
const limits = {
  MAX_CONNECTIONS: '1000000',
  MAX_CONNECTIONS_PER_ADDRESS: '1000000',
  MESSAGES_PER_SECOND: '1000000',
  ROOM_MAX_MEMBERS: '1000000',
  ROOM_DELIVERIES_PER_CONNECTION: '1000000',
  ROOM_DELIVERIES_PER_ROOM: '1000000',
  ROOM_DELIVERIES_PER_INSTANCE: '1000000',
};

async function expectSuccess(command: string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(command, { cwd, env: process.env });
  if (code !== 0) {
    throw new Error(`${command.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/** Renders the service, and copies everything to the folder where the servers are started. */
export async function prepare({ withPeers }: { withPeers: boolean }): Promise<void> {
  rmSync(join(folder, 'app'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { key, cert } = makeCertificate();
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'cert.pem'), cert);
  const options = '--yes --language js --rooms --no-install --no-git --cert-source files'.split(
    ' ',
  );
  const files = ['--key-file', 'key.pem', '--cert-file', 'cert.pem'];
  await expectSuccess([process.execPath, bin, 'app', ...options, ...files], folder);
  cpSync(join(here, 'contenders'), join(folder, 'contenders'), { recursive: true });
  if (withPeers) {
    const quiet = ['--no-audit', '--no-fund', '--no-save', '--prefix', folder];
    await expectSuccess(['npm', 'install', ...quiet, ...peers], folder);
  }
}

/** The cipher suites of the rendered service. All servers use the same. */
function ciphers(): string {
  const source = readFileSync(join(folder, 'app/src/lib/tls.js'), 'utf8');
  const list = /const ciphers = \[([^\]]*)\]/.exec(source)?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map(([, suite]) => suite).join(':');
}

/** Binds each program to its own core if the system supports that. */
function pinned(core: string, command: string[]): string[] {
  return existsSync('/usr/bin/taskset') ? ['taskset', '-c', core, ...command] : command;
}

function launch(command: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(program, args, {
    cwd: folder,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function programOf(child: ChildProcess): Program {
  return {
    async ask(question) {
      const answer = once(child, 'message');
      child.send(JSON.parse(JSON.stringify(question)));
      const [given] = await answer;
      return given;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts a contender, or the rendered service with additional `settings`. */
export async function startServer(
  name: string,
  scheme: Scheme,
  settings: Record<string, string> = {},
): Promise<Server> {
  const port = await freePort();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const secure = scheme === 'wss';
  const own = {
    HTTPS: String(secure),
    PRIV_KEY: key,
    CERT_KEY: cert,
    HOST: '127.0.0.1',
    DOMAINS: 'https://app.example,https://127.0.0.1',
    LOG_LEVEL: 'error',
    ...limits,
    ...settings,
  };
  const theirs = secure ? { KEY: key, CERT: cert, CIPHERS: ciphers() } : {};
  const file = name === service ? 'app/src/server.js' : `contenders/${name}.js`;
  const gauge = pathToFileURL(join(here, 'gauge.js')).href;
  const command = [process.execPath, '--expose-gc', '--import', gauge, join(folder, file)];
  const child = launch(pinned(serverCore, command), {
    ...(name === service ? own : theirs),
    PORT: String(port),
  });
  await untilListening(port);
  const ca = readFileSync(cert, 'utf8');
  return { ...programOf(child), target: { port, ...(secure ? { ca } : {}) } };
}

/** Starts the load generator, which does one job at a time. */
export function startLoader(): Program {
  const child = launch(pinned(loaderCore, [process.execPath, join(here, 'loader.js')]), {});
  const program = programOf(child);
  return {
    ...program,
    async ask(job) {
      const { result, error } = await program.ask<{ result: never; error?: string }>(job);
      if (error !== undefined) {
        throw new Error(error);
      }
      return result;
    },
  };
}
