import { spawn, type ChildProcess } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caPathOf, issue } from '../../support/authority.js';
import { root } from '../../support/cli.js';
import { startInstance } from '../../support/cluster.js';
import { ask, logged, type Instance } from '../../support/instance.js';
import { join as enter, type Member } from '../../support/member.js';
import { describeWith, lacking } from '../../support/needs.js';
import { createNetwork, type Network } from '../../support/network.js';
import { create, type Project } from '../../support/project.js';
import {
  isInSync,
  masterOf,
  redisCli,
  startRedisCluster,
  startServer,
  type Program,
  type RedisServer,
} from '../../support/redis-servers.js';
import { freePort, start, type Running } from '../../support/running.js';
import { sandbox, type Environment } from '../../support/sandbox.js';

const patience = { timeout: 60_000, interval: 100 };

/** A rendered project whose instances share their rooms, and everything that was started. */
function openPlace() {
  const place = sandbox();
  const running: Running[] = [];
  const made: { project?: Project } = {};
  const instances: Instance[] = [];

  /** Starts an instance. It need not be ready. */
  async function add(settings: Environment): Promise<Instance> {
    if (made.project === undefined) {
      symlinkSync(join(root, 'node_modules'), join(place.folder, 'node_modules'));
      const flags = ['--redis', '--no-install', '--no-git'];
      made.project = await create({ sandbox: place, way: 'insecure', language: 'js', flags });
    }
    const port = await freePort();
    const started = await startInstance({ project: made.project, redisPort: 0 }, port, settings);
    running.push(started);
    const instance = { running: started, port, members: [] };
    instances.push(instance);
    return instance;
  }

  async function member({ port }: Instance, room: string): Promise<Member> {
    const { origin } = made.project ?? { origin: '' };
    const joined = await enter(`ws://127.0.0.1:${port}/rooms`, { room, origin });
    instances.find((instance) => instance.port === port)?.members.push(joined);
    return joined;
  }

  async function keep(server: Promise<RedisServer>): Promise<RedisServer> {
    const kept = await server;
    running.push(kept.running);
    return kept;
  }

  async function untilReadiness(status: number): Promise<void> {
    const all = () => Promise.all(instances.map((instance) => ask(instance, '/readyz')));
    await expect.poll(all, patience).toEqual(instances.map(() => status));
  }

  /** What one says, all of them hear. Repeated, since nothing is stored for those who are deaf. */
  async function untilShared(members: Member[]): Promise<void> {
    const [first] = members;
    let number = 0;
    const isHeard = (): boolean => {
      const text = `again ${number++}`;
      first?.say(text);
      const last = `again ${number - 2}`;
      return members.every(({ heard }) => heard.includes(last));
    };
    await expect.poll(isHeard, patience).toBe(true);
  }

  afterAll(async () => {
    instances.forEach(({ members }) => members.forEach(({ socket }) => socket.terminate()));
    for (const { pid } of running) {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It has ended already.
      }
    }
    await Promise.all(running.map(({ stop }) => stop('SIGKILL')));
    await place.remove();
  });
  return { place, instances, running, add, member, keep, untilReadiness, untilShared };
}

/** The rights that docs/redis.md lists. */
const rights =
  'resetchannels &app:* ~app:* -@all +@connection +@pubsub +get +set +getdel +hset +hdel';
const acl = `${rights} +hgetall +expire`.split(' ');

describeWith(['redis-server', 'mkcert'], 'Redis with TLS, a user and a password', () => {
  const { place, add, member, keep, instances, untilReadiness, untilShared } = openPlace();
  const made: { port?: number; plain?: number } = {};

  beforeAll(async () => {
    const { keyFile: key, certFile: cert } = issue(place);
    const pair = ['--tls-key-file', key, '--tls-cert-file', cert, '--tls-auth-clients', 'no'];
    const users = ['--user', 'default', 'off', '--user', 'app', 'on', '>hush', ...acl];
    made.port = (await keep(startServer({ place, tls: true, flags: [...pair, ...users] }))).port;
    made.plain = (await keep(startServer({ place }))).port;
  });

  it('shares rooms with the rights that the documentation lists', async () => {
    const settings = {
      REDIS_URL: `rediss://app:hush@localhost:${made.port}`,
      REDIS_CA_CERT: caPathOf(place),
    };
    const [one, two] = [await add(settings), await add(settings)];
    await untilReadiness(200);
    const [here, there] = [await member(one, 'tea'), await member(two, 'tea')];
    await untilShared([here, there]);
    await untilShared([there, here]);
    const count = async (): Promise<unknown> => (await member(one, 'tea')).told[0]?.members;
    // Each time one more joins.
    expect(await count()).toBe(3);
    expect(instances.map((instance) => logged(instance, 'NOPERM'))).toEqual([0, 0]);
  });

  const wrong: [name: string, url: () => string, ca: boolean, reason: string][] = [
    ['an unknown CA', () => `rediss://app:hush@localhost:${made.port}`, false, 'Set REDIS_CA_CERT'],
    ['a wrong password', () => `rediss://app:no@localhost:${made.port}`, true, 'Check user and'],
    ['no user', () => `rediss://localhost:${made.port}`, true, 'Check user and'],
    ['no TLS', () => `redis://app:hush@localhost:${made.port}`, true, 'use rediss:// in'],
    ['TLS to a plain port', () => `rediss://localhost:${made.plain}`, true, 'use redis:// in'],
  ];
  it.each(wrong)('%s is explained in the log, without the password', async (_, url, ca, reason) => {
    const trust = ca ? { REDIS_CA_CERT: caPathOf(place) } : {};
    const instance = await add({ REDIS_URL: url(), ...trust });
    await expect.poll(() => logged(instance, reason), patience).toBe(1);
    expect(await ask(instance, '/readyz')).toBe(503);
    expect(await ask(instance, '/healthz')).toBe(200);
    expect(instance.running.output()).not.toMatch(/hush|:no@/);
  });
});

// Debian 12 has Valkey only in its backports, so its tests are skipped without it, also if CI is true.
const programs = (['redis-server', 'valkey-server'] as const).filter(
  (program) => program === 'redis-server' || lacking([program]).length === 0,
);

describe.each(programs)('a cluster of %s', (program) => {
  describeWith([program], 'with three masters and three replicas', () => {
    const rooms = Array.from({ length: 12 }, (_, index) => `room-${index}`);
    const { place, add, member, running, untilReadiness, untilShared } = openPlace();
    const state: { servers: RedisServer[]; pairs: Member[][] } = { servers: [], pairs: [] };

    const cliPort = (): number => {
      const alive = state.servers.find(({ port }) => isAlive(program, port));
      return alive?.port ?? Number.NaN;
    };
    const victim = (room: string): RedisServer => {
      const port = masterOf(program, cliPort(), `app:room:${room}`);
      const server = state.servers.find((each) => each.port === port);
      if (server === undefined) {
        throw new Error(`No server listens on ${port}.`);
      }
      return server;
    };

    it('is joined by two instances', async () => {
      const { servers, urls, isUp } = await startRedisCluster({ place, program, replicas: 1 });
      running.push(...servers.map((server) => server.running));
      state.servers = servers;
      await expect.poll(() => servers.every(isUp), patience).toBe(true);
      const settings = { REDIS_URL: urls.join(','), REDIS_MODE: 'cluster' };
      const [one, two] = [await add(settings), await add(settings)];
      await untilReadiness(200);
      for (const room of rooms) {
        state.pairs.push([await member(one, room), await member(two, room)]);
      }
    });

    it('spreads the rooms over its masters, and shares all of them', async () => {
      const masters = rooms.map((room) => masterOf(program, cliPort(), `app:room:${room}`));
      expect(new Set(masters).size).toBe(3);
      await Promise.all(state.pairs.map(untilShared));
      const [, second] = state.pairs[0] ?? [];
      // Both were counted, on whichever master their room is.
      expect(second?.told[0]).toMatchObject({ type: 'joined', shared: true });
    });

    it('shares all rooms again after a master was killed, and tells the members', async () => {
      const { running: process_, port } = victim('room-0');
      const others = state.pairs.filter(
        (_, index) => masterOf(program, cliPort(), `app:room:room-${index}`) !== port,
      );
      await process_.stop('SIGKILL');
      // The rooms of the other masters go on meanwhile.
      await Promise.all(others.map(untilShared));
      await Promise.all(state.pairs.map(untilShared));
      await untilReadiness(200);
      const told = state.pairs[0]?.map((each) => each.told.some(({ type }) => type === 'gap'));
      expect(told).toEqual([true, true]);
    });

    it('notices a master that hangs, and shares all rooms again', async () => {
      const room = rooms.find((each) => victim(each).port !== victim('room-0').port) ?? '';
      await untilReplicas(program, state.servers);
      const { running: hung } = victim(room);
      process.kill(hung.pid, 'SIGSTOP');
      await untilReadiness(503);
      await Promise.all(state.pairs.map(untilShared));
      await untilReadiness(200);
      process.kill(hung.pid, 'SIGCONT');
      await Promise.all(state.pairs.map(untilShared));
      const states = state.pairs.flat().map(({ socket }) => socket.readyState);
      expect(new Set(states)).toEqual(new Set([1]));
    });
  });
});

function isAlive(program: Program, port: number): boolean {
  try {
    return redisCli(program, port, 'ping').includes('PONG');
  } catch {
    return false;
  }
}

/** A master without a replica in sync cannot be replaced. */
async function untilReplicas(program: Program, servers: RedisServer[]): Promise<void> {
  const alive = servers.filter(({ port }) => isAlive(program, port));
  await expect.poll(() => alive.every(({ port }) => isInSync(program, port)), patience).toBe(true);
}

describeWith(['redis-server'], 'Redis with three Sentinels', () => {
  const { place, add, member, keep, untilReadiness, untilShared } = openPlace();

  it('follows the master when another one takes over', async () => {
    const master = await keep(startServer({ place }));
    const replicaOf = ['--replicaof', '127.0.0.1', String(master.port)];
    const replica = await keep(startServer({ place, flags: replicaOf }));
    await expect.poll(() => isInSync('redis-server', replica.port), patience).toBe(true);
    const sentinels: number[] = [];
    for (let i = 0; i < 3; i++) {
      const port = await freePort();
      const file = join(place.folder, `sentinel-${port}.conf`);
      writeFileSync(
        file,
        `port ${port}
bind 127.0.0.1
sentinel monitor mymaster 127.0.0.1 ${master.port} 2
sentinel down-after-milliseconds mymaster 2000
sentinel failover-timeout mymaster 10000
`,
      );
      await keep(startServerFrom(file, port));
      sentinels.push(port);
    }
    const known = (): boolean =>
      sentinels.every((port) => {
        const answer = redisCli('redis-server', port, 'sentinel', 'master', 'mymaster');
        return /num-other-sentinels\n2\n/.test(answer) && /num-slaves\n1\n/.test(answer);
      });
    await expect.poll(known, patience).toBe(true);
    const REDIS_URL = sentinels.map((port) => `redis://127.0.0.1:${port}`).join(',');
    const settings = { REDIS_URL, REDIS_MODE: 'sentinel' };
    const [one, two] = [await add(settings), await add(settings)];
    await untilReadiness(200);
    const members = [await member(one, 'tea'), await member(two, 'tea')];
    await untilShared(members);
    await master.running.stop('SIGKILL');
    await untilReadiness(503);
    await untilReadiness(200);
    await untilShared(members);
    expect(redisCli('redis-server', replica.port, 'info', 'replication')).toContain('role:master');
    for (const { told } of members) {
      expect(told.some(({ type }) => type === 'gap')).toBe(true);
    }
  });

  async function startServerFrom(file: string, port: number): Promise<RedisServer> {
    const command = ['redis-server', file, '--sentinel'];
    const running = await start(command, { cwd: place.home, env: place.env, port });
    return { port, running };
  }
});

describeWith(['redis-server'], 'Redis over a network that breaks', () => {
  const { place, add, member, untilReadiness, untilShared } = openPlace();
  const made: { redis?: ChildProcess; network?: Network } = {};

  afterAll(() => {
    made.redis?.kill('SIGKILL');
    made.network?.remove();
  });

  it('is noticed, and shared again when it is back', async ({ skip }) => {
    const network = createNetwork();
    if (network === undefined) {
      return skip('Network namespaces are not permitted here.');
    }
    made.network = network;
    const { address, inside, setLink } = network;
    const [program = '', ...words] = [...inside, 'redis-server', '--bind', address];
    const flags = ['--port', '6379', '--protected-mode', 'no', '--save', '', '--dir', place.home];
    made.redis = spawn(program, [...words, ...flags], { stdio: 'ignore' });
    const settings = { REDIS_URL: `redis://${address}:6379` };
    const [one, two] = [await add(settings), await add(settings)];
    await untilReadiness(200);
    const members = [await member(one, 'tea'), await member(two, 'tea')];
    await untilShared(members);
    // No packet says that the connections are gone.
    setLink('down');
    await untilReadiness(503);
    expect(await ask(one, '/healthz')).toBe(200);
    setLink('up');
    await untilReadiness(200);
    await untilShared(members);
    expect(members.map(({ told }) => told.some(({ type }) => type === 'gap'))).toEqual([
      true,
      true,
    ]);
  });
});
