import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, start, type Running } from './running.js';
import type { Sandbox } from './sandbox.js';

/** Servers that behave alike. */
export type Program = 'redis-server' | 'valkey-server';

export interface RedisServer {
  port: number;
  running: Running;
}

interface Wanted {
  place: Sandbox;
  program?: Program;
  port?: number;
  flags?: string[];
  /** It listens only with TLS. */
  tls?: boolean;
}

/** Starts a server that stores nothing but what a cluster or Sentinel needs. */
export async function startServer(wanted: Wanted): Promise<RedisServer> {
  const { place, program = 'redis-server', flags = [], tls = false } = wanted;
  const port = wanted.port ?? (await freePort());
  const dir = join(place.home, `redis-${port}`);
  mkdirSync(dir, { recursive: true });
  const listening = tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
  const command = [program, '--bind', '127.0.0.1', '--dir', dir, ...listening, ...memoryOnly];
  const running = await start([...command, ...flags], { cwd: dir, env: place.env, port });
  return { port, running };
}

/** Sends a command, and returns the answer. */
export function redisCli(program: Program, port: number, ...words: string[]): string {
  const cli = program === 'redis-server' ? 'redis-cli' : 'valkey-cli';
  return execFileSync(cli, ['-p', String(port), ...words], { encoding: 'utf8', timeout: 30_000 });
}

interface ClusterWanted {
  place: Sandbox;
  program: Program;
  replicas: 0 | 1;
}

/** Starts three masters, each with so many replicas, and joins them to a cluster. */
export async function startRedisCluster({ place, program, replicas }: ClusterWanted) {
  const servers: RedisServer[] = [];
  for (let i = 0; i < 3 * (1 + replicas); i++) {
    const bus = ['--cluster-port', String(await freePort())];
    const flags = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...bus];
    servers.push(await startServer({ place, program, flags }));
  }
  const [first] = servers;
  if (first === undefined) {
    throw new Error('No server was started.');
  }
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  const options = ['--cluster-replicas', String(replicas), '--cluster-yes'];
  redisCli(program, first.port, '--cluster', 'create', ...addresses, ...options);
  const isUp = ({ port }: RedisServer): boolean =>
    redisCli(program, port, 'cluster', 'info').includes('cluster_state:ok') &&
    isInSync(program, port);
  return { servers, urls: addresses.map((address) => `redis://${address}`), isUp };
}

/** Whether a server is a master, or a replica that could become one. */
export function isInSync(program: Program, port: number): boolean {
  const info = redisCli(program, port, 'info', 'replication');
  return info.includes('role:master') || info.includes('master_link_status:up');
}

/** The master with the slot of a name. */
export function masterOf(program: Program, port: number, name: string): number {
  const slot = Number(redisCli(program, port, 'cluster', 'keyslot', name));
  const line = redisCli(program, port, 'cluster', 'nodes')
    .split('\n')
    .filter((each) => each.includes('master') && !each.includes('fail'))
    .find((each) => rangesOf(each).some(([from, to]) => slot >= from && slot <= to));
  return Number(/:(\d+)@/.exec(line ?? '')?.[1]);
}

function rangesOf(line: string): [number, number][] {
  const ranges = line.split(' ').slice(8);
  return ranges.map((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return [from ?? Number.NaN, to ?? Number.NaN];
  });
}
