import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { RedisCluster } from '../lib/redis-cluster.js';
import type {
  ConnectionEvents,
  ConnectionOptions,
  RedisConnection,
} from '../lib/redis-connection.js';
import { explainRedisError, redisOptions } from '../lib/redis-options.js';
import { sentinelConnection, singleConnection } from '../lib/redis-single.js';
import type { Shared } from '../lib/shared.js';

// What waits for Redis must not fill the memory.
const maxWaitingBytes = 16 * 1024 * 1024;

/**
 * Adds `app.shared`: what instances with the same REDIS_URL and REDIS_PREFIX have in common. Messages are
 * delivered at most once. The connection recovers by itself, and losing it is never fatal.
 */
export default fp(
  async (app) => {
    if (app.settings.REDIS_URL === '') {
      app.log.warn('REDIS_URL is empty: nothing is shared with other instances.');
      return;
    }
    const shared = share(app);
    // Shows at once whether the user of Redis may use these channels.
    void shared.subscribe('check', () => {});
    app.decorate('shared', shared);
    app.readiness.set('redis', () => (shared.isReady() ? undefined : 'Redis is not connected.'));
  },
  { name: 'redis', dependencies: ['readiness'] },
);

function share(app: FastifyInstance): Shared {
  const { settings, log } = app;
  const options: ConnectionOptions = {
    ...redisOptions(settings.REDIS_URL, settings.REDIS_CA_CERT),
    sentinelName: settings.REDIS_SENTINEL_NAME,
    sentinelPassword: settings.REDIS_SENTINEL_PASSWORD,
  };
  const counts = { reconnects: 0, publishFailures: 0, received: 0 };
  const listeners = new Map<string, (message: Buffer) => void>();
  const gapListeners: ((channels: string[]) => void)[] = [];
  const { REDIS_PREFIX: prefix, REDIS_MODE: mode } = settings;
  const named = (name: string) => `${prefix}:${name}`;
  let waiting = 0;
  let away = false;
  let wasConnected = false;
  let losing = false;

  const events: ConnectionEvents = {
    onMessage(channel, message) {
      counts.received += 1;
      listeners.get(channel.slice(prefix.length + 1))?.(message);
    },
    onGap(channels) {
      const names = channels.map((channel) => channel.slice(prefix.length + 1));
      for (const listener of gapListeners) listener(names);
    },
    onReady() {
      if (!connection.isReady) return;
      away = false;
      wasConnected = true;
      log.info('Redis is connected.');
    },
    onDown(error) {
      // Each retry fails with an error. One line is enough.
      if (away) return;
      away = true;
      counts.reconnects += 1;
      const reason = explainRedisError(error, options.tls, wasConnected);
      log.error({ reason }, 'Redis cannot be reached. Nothing is shared with other instances.');
    },
  };
  const connection = connect(mode, options, events);
  // Connects last: an open connection would keep the process alive if the start fails.
  app.addHook('onReady', async () => connection.start());
  app.addHook('onClose', async () => connection.stop());

  async function publish(channel: string, message: Buffer): Promise<void> {
    waiting += message.length;
    try {
      if (waiting > maxWaitingBytes) throw new Error('Too much data waits for Redis.');
      await connection.publish(named(channel), message);
      losing = false;
    } catch (error) {
      counts.publishFailures += 1;
      // Only the first of several lost messages in a row is logged.
      if (!losing && !away) log.warn(error, 'A message could not be published to Redis.');
      losing = true;
      throw error;
    } finally {
      waiting -= message.length;
    }
  }

  /** Sends a command about one key. */
  function command(word: string, key: string, ...rest: string[]): Promise<unknown> {
    return connection.send(named(key), [word, named(key), ...rest]);
  }

  return {
    instance: randomUUID(),
    isReady: () => connection.isReady,
    publish,
    subscribe(channel, listener) {
      listeners.set(channel, listener);
      return connection.subscribe(named(channel));
    },
    async unsubscribe(channel) {
      listeners.delete(channel);
      connection.unsubscribe(named(channel));
    },
    onGap: (listener) => void gapListeners.push(listener),
    async set(key, value, seconds) {
      await command('SET', key, value, 'EX', String(seconds));
    },
    async take(key) {
      const value = await command('GETDEL', key);
      return typeof value === 'string' ? value : undefined;
    },
    async fields(key) {
      return fieldsOf(await command('HGETALL', key));
    },
    async setField(key, field, value, seconds) {
      await (value === undefined
        ? command('HDEL', key, field)
        : Promise.all([
            command('HSET', key, field, value),
            command('EXPIRE', key, String(seconds)),
          ]));
    },
    counts,
  };
}

function connect(
  mode: string,
  options: ConnectionOptions,
  events: ConnectionEvents,
): RedisConnection {
  if (mode === 'cluster') return new RedisCluster(options, events);
  if (mode === 'sentinel') return sentinelConnection(options, events);
  return singleConnection(options, events);
}

/** RESP3 has a type for maps, which the client makes an object. */
function fieldsOf(answer: unknown): Map<string, string> {
  if (answer instanceof Map)
    return new Map([...answer].map(([key, value]) => [`${key}`, `${value}`]));
  if (typeof answer !== 'object' || answer === null) return new Map();
  return new Map(Object.entries(answer).map(([key, value]) => [key, String(value)]));
}
