import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caOf } from '../../support/authority.js';
import {
  createCluster,
  startInstance,
  startProxy,
  startRedis,
  type Cluster,
} from '../../support/cluster.js';
import { ask, logged, memoryOf, type Instance } from '../../support/instance.js';
import { join, type Member } from '../../support/member.js';
import { describeWith } from '../../support/needs.js';
import type { Running } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';

const patience = { timeout: 12_000, interval: 20 };
const addresses = [11, 12, 13, 14, 15, 16].map((last) => `127.0.0.${last}`);
const away = 'Redis cannot be reached.';
const growthMost = 64 * 1024 * 1024;

/** Sends repeatedly until it is stopped, and returns how often. */
function flowing(send: (number: number) => void, everyMs: number): () => number {
  const state = { sent: 0 };
  const timer = setInterval(() => send(state.sent++), everyMs);
  return () => {
    clearInterval(timer);
    return state.sent;
  };
}

for (const way of ['nginx', 'caddy'] as const) {
  describeWith(['redis-server', 'mkcert', way], `two instances behind ${way}`, () => {
    const place = sandbox();
    const started: Running[] = [];
    const instances: Instance[] = [];
    const made: { cluster?: Cluster; redis?: Running } = {};

    const cluster = (): Cluster => {
      if (made.cluster === undefined) {
        throw new Error('The cluster was not made.');
      }
      return made.cluster;
    };
    const redis = (): Running => {
      if (made.redis === undefined) {
        throw new Error('Redis was not started.');
      }
      return made.redis;
    };
    const bringRedis = async (): Promise<void> => {
      made.redis = await startRedis(cluster());
    };
    const killRedis = async (): Promise<void> => {
      await made.redis?.stop('SIGKILL');
      delete made.redis;
    };
    const answers = (path: string): Promise<number[]> =>
      Promise.all(instances.map((instance) => ask(instance, path)));
    const untilReadiness = async (status: number): Promise<void> => {
      await expect.poll(() => answers('/readyz'), patience).toEqual([status, status]);
    };
    const everyone = (): Member[] => instances.flatMap(({ members }) => members);

    /** One member of each instance sends, and the members of both receive it. */
    const expectShared = async (name: string): Promise<void> => {
      const texts = instances.map(({ port }) => `${name} ${port}`);
      instances.forEach(({ members: [first] }, index) => first?.say(texts[index] ?? ''));
      const missing = (): string[] =>
        everyone().flatMap(({ heard }) => texts.filter((text) => !heard.includes(text)));
      await expect.poll(missing, patience).toEqual([]);
    };

    beforeAll(async () => {
      made.cluster = await createCluster(place, way);
    });
    afterAll(async () => {
      everyone().forEach(({ socket }) => socket.terminate());
      await killRedis();
      await Promise.all(started.map(({ stop }) => stop('SIGKILL')));
      await place.remove();
    });

    it('start without Redis, log that once, and share their rooms when Redis starts', async () => {
      for (const port of cluster().ports) {
        const running = await startInstance(cluster(), port);
        started.push(running);
        instances.push({ running, port, members: [] });
      }
      // Time for several retries.
      await sleep(1500);
      expect(await answers('/readyz')).toEqual([503, 503]);
      expect(await answers('/healthz')).toEqual([200, 200]);
      expect(instances.map((instance) => logged(instance, away))).toEqual([1, 1]);
      await bringRedis();
      await untilReadiness(200);
    });

    it('deliver each message over verified wss:// to all members, exactly once', async () => {
      started.push(await startProxy(cluster()));
      const { origin } = cluster().project;
      const url = `${origin.replace('https', 'wss')}/rooms`;
      for (const address of addresses) {
        const member = await join(url, { room: 'tea', address, origin, ca: caOf(place) });
        const holders = (): Instance[] =>
          instances.filter((instance) => logged(instance, `"ip":"${address}"`) > 0);
        await expect.poll(() => holders().length, patience).toBe(1);
        holders()[0]?.members.push(member);
      }
      expect(instances.map(({ members }) => members.length)).toEqual([3, 3]);

      everyone().forEach(({ say, address }) => say(`hello from ${address}`));
      // Duplicates would arrive before later messages.
      await expectShared('behind');
      for (const { heard } of everyone()) {
        const hellos = heard.filter((text) => text.startsWith('hello'));
        expect(hellos.toSorted()).toEqual(addresses.map((address) => `hello from ${address}`));
      }
    });

    it('serve their own members while Redis is killed, and share rooms again afterwards', async () => {
      const flows = instances.map(({ members: [first], port }) =>
        flowing((number) => first?.say(`${port} ${number}`), 5),
      );
      await sleep(200);
      await killRedis();
      await untilReadiness(503);
      expect(await answers('/healthz')).toEqual([200, 200]);
      await sleep(300);
      await bringRedis();
      await untilReadiness(200);
      const sent = flows.map((stop) => stop());
      await expectShared('after the kill');

      for (const [index, { port, members }] of instances.entries()) {
        const own = Array.from({ length: sent[index] ?? 0 }, (_, number) => `${port} ${number}`);
        for (const { heard, socket } of members) {
          expect(heard.filter((text) => text.startsWith(`${port} `))).toEqual(own);
          expect(heard.length).toBe(new Set(heard).size);
          expect(socket.readyState).toBe(WebSocket.OPEN);
        }
      }
    });

    it('notice a Redis that hangs during traffic, keep little data for it, and recover', async () => {
      const message = 'x'.repeat(60_000);
      const flood = async ({ port }: Instance): Promise<() => void> => {
        const { origin } = cluster().project;
        // No one else is in this room: its messages are only for Redis.
        const url = `ws://127.0.0.1:${port}/rooms`;
        const { socket, heard, say } = await join(url, { room: `flood-${port}`, origin });
        const stop = flowing(() => {
          heard.length = 0;
          if (socket.bufferedAmount === 0) {
            say(message);
          }
        }, 1);
        return () => {
          stop();
          socket.terminate();
        };
      };
      const floods = await Promise.all(instances.map(flood));
      // The memory that a service itself needs at this rate does not count.
      await sleep(1500);
      expect(await answers('/readyz')).toEqual([200, 200]);
      const before = instances.map(memoryOf);

      process.kill(redis().pid, 'SIGSTOP');
      await untilReadiness(503);
      await sleep(1000);
      const growth = instances.map((instance, index) => memoryOf(instance) - (before[index] ?? 0));
      expect(await answers('/healthz')).toEqual([200, 200]);
      process.kill(redis().pid, 'SIGCONT');
      await untilReadiness(200);
      floods.forEach((stop) => stop());
      await expectShared('after the hang');

      expect(Math.max(...growth)).toBeLessThan(growthMost);
      const states = everyone().map(({ socket }) => socket.readyState);
      expect(new Set(states)).toEqual(new Set([WebSocket.OPEN]));
    });
  });
}

describeWith(
  ['redis-server', 'mkcert'],
  'an instance that Redis does not allow to use the channel',
  () => {
    const place = sandbox();
    const started: Running[] = [];
    afterAll(async () => {
      await Promise.all(started.map(({ stop }) => stop('SIGKILL')));
      await place.remove();
    });

    it('is not ready', async () => {
      const cluster = await createCluster(place, 'nginx');
      const [port] = cluster.ports;
      const rights = ['--user', 'default', 'on', 'nopass', '~*', '+@all', 'resetchannels'];
      started.push(await startRedis(cluster, ...rights));
      const running = await startInstance(cluster, port);
      started.push(running);
      const instance = { running, port, members: [] };
      await expect.poll(() => logged(instance, 'NOPERM'), patience).toBe(1);
      expect(await ask(instance, '/readyz')).toBe(503);
      expect(await ask(instance, '/healthz')).toBe(200);
    });
  },
);
