import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli.js';
import { create, type Project } from './project.js';
import { freePort, start, type Running } from './running.js';
import type { Environment, Sandbox } from './sandbox.js';
import { moveProxy } from './ways.js';

/** Two instances of a rendered service, and what they need to share their rooms. */
export interface Cluster {
  project: Project;
  /** The ports of the instances. */
  ports: [number, number];
  redisPort: number;
}

/**
 * Renders a project with Redis, whose proxy distributes clients to two instances. Node.js finds the
 * packages of this repository.
 */
export async function createCluster(sandbox: Sandbox, way: 'nginx' | 'caddy'): Promise<Cluster> {
  symlinkSync(join(root, 'node_modules'), join(sandbox.folder, 'node_modules'));
  const flags = ['--redis', '--no-install', '--no-git'];
  const project = await create({ sandbox, way, language: 'js', flags });
  const ports: [number, number] = [project.port, await freePort()];
  moveProxy(project);
  const [file, balanced] = balancers[way];
  const path = join(project.folder, file);
  const config = readFileSync(path, 'utf8');
  writeFileSync(path, balanced(config, ports));
  return { project, ports, redisPort: await freePort() };
}

type Balance = (config: string, ports: [number, number]) => string;

const balancers: Record<'nginx' | 'caddy', [file: string, balanced: Balance]> = {
  nginx: [
    'proxy/nginx.local.conf',
    (config, [one, two]) => {
      const upstream = `upstream instances { server 127.0.0.1:${one}; server 127.0.0.1:${two}; }`;
      const named = replaced(config, `http://127.0.0.1:${one}`, 'http://instances');
      return replaced(named, 'server {', `${upstream}\n    server {`);
    },
  ],
  caddy: [
    'proxy/local.Caddyfile',
    (config, [one, two]) => {
      const both = `127.0.0.1:${one} 127.0.0.1:${two} {\n\t\tlb_policy round_robin\n\t}`;
      return replaced(config, `127.0.0.1:${one}`, both);
    },
  ],
};

function replaced(text: string, part: string, by: string): string {
  if (text.split(part).length !== 2) {
    throw new Error(`The configuration should have "${part}" once:\n${text}`);
  }
  return text.replace(part, by);
}

/** Starts an instance as `npm start` does. */
export function startInstance(
  { project, redisPort }: Pick<Cluster, 'project' | 'redisPort'>,
  port: number,
  more: Environment = {},
): Promise<Running> {
  const { folder, env } = project;
  const settings = {
    PORT: String(port),
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    MESSAGES_PER_SECOND: '100000',
    ROOM_DELIVERIES_PER_CONNECTION: '1000000',
    ROOM_DELIVERIES_PER_ROOM: '1000000',
    ROOM_DELIVERIES_PER_INSTANCE: '1000000',
    ...more,
  };
  const command = [process.execPath, 'src/server.js'];
  return start(command, { cwd: folder, env: { ...env, ...settings }, port });
}

export function startProxy({ project }: Cluster): Promise<Running> {
  const { folder, env, proxyPort } = project;
  return start(['npm', 'run', 'proxy'], { cwd: folder, env, port: proxyPort });
}

/** Starts a Redis that stores nothing on disk. */
export function startRedis({ project, redisPort }: Cluster, ...flags: string[]): Promise<Running> {
  const { env, sandbox } = project;
  const memoryOnly = ['--save', '', '--appendonly', 'no'];
  const place = ['--bind', '127.0.0.1', '--port', String(redisPort), '--dir', sandbox.home];
  const command = ['redis-server', ...place, ...memoryOnly, ...flags];
  return start(command, { cwd: sandbox.home, env, port: redisPort });
}
