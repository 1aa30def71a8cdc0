import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { ConfigError } from '../lib/errors.js';
import { oncePerMinute } from '../lib/once-per-minute.js';
import type { RoomMessage } from './rooms.js';

// What waits for Redis must not fill the memory.
const maxWaitingBytes = 16 * 1024 * 1024;
const maxWaitingMessages = 10_000;

export default fp(async (app) => shareRooms(app), {
  name: 'redis',
  dependencies: ['rooms', 'readiness'],
});

/**
 * Shares rooms with all other instances that have the same REDIS_URL and REDIS_CHANNEL.
 *
 * Messages are delivered at most once. While Redis is unavailable, they only reach the members who are
 * connected to this instance. The connection recovers by itself.
 */
function shareRooms(app: FastifyInstance): void {
  const { settings, rooms, log } = app;
  const { REDIS_URL, REDIS_CHANNEL, MAX_MESSAGE_BYTES } = settings;
  if (REDIS_URL === '') {
    log.warn('REDIS_URL is empty: rooms are not shared with other instances.');
    return;
  }
  // A client that publishes does not notice a server that hangs, since a write counts as activity.
  // The client that only listens notices it.
  const listener = connect(REDIS_URL);
  const publisher = listener.duplicate({ disableOfflineQueue: true });
  const clients = [listener, publisher];
  let subscribed = false;
  const connected = () => subscribed && clients.every(({ isReady }) => isReady);

  let away = false;
  const onError = (error: Error) => {
    // Each retry fails with an error. One line is enough.
    if (!away)
      log.error({ reason: error.message }, 'Redis cannot be reached: rooms are not shared.');
    away = true;
  };
  const onReady = () => {
    if (!connected()) return;
    away = false;
    log.info('Redis is connected: rooms are shared.');
  };
  for (const client of clients) client.on('error', onError).on('ready', onReady);

  // Redis also sends back what this instance publishes.
  const self = randomUUID();
  const publish = publishing(publisher, log);
  app.readiness.set('redis', () => (connected() ? undefined : 'Rooms are currently not shared.'));
  rooms.use({
    publish(message) {
      if (connected()) void publish(REDIS_CHANNEL, encode(message, self));
    },
  });
  const logInvalid = oncePerMinute((count) => {
    log.warn({ count }, 'Ignored messages on REDIS_CHANNEL: they are too large or not for a room.');
  });
  const listen = (packet: Buffer) => {
    const message = decode(packet);
    if (!message || message.message.length > MAX_MESSAGE_BYTES) logInvalid(undefined);
    else if (message.from !== self) rooms.deliver(message);
  };
  const onSubscribed = () => {
    subscribed = true;
    onReady();
  };
  // After the first subscription, the client renews it by itself.
  listener.on('ready', () => {
    if (!subscribed) listener.subscribe(REDIS_CHANNEL, listen, true).then(onSubscribed, onError);
  });
  // Connects last: an open connection would keep the process alive if the start fails.
  app.addHook('onReady', async () => {
    for (const client of clients) client.connect().catch(onError);
  });
  app.addHook('onClose', async () => {
    for (const client of clients) if (client.isOpen) client.destroy();
  });
}

type Client = ReturnType<typeof connect>;

function connect(url: string) {
  try {
    return createClient({
      url,
      // A connection that hangs is closed after five seconds.
      pingInterval: 2000,
      socket: {
        socketTimeout: 5000,
        // The client's own strategy does not reconnect after a server has hung.
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2000) + 200 * Math.random(),
      },
      commandsQueueMaxLength: maxWaitingMessages,
    });
  } catch (cause) {
    // The URL may hold a password, so the message does not repeat it.
    const line = 'REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.';
    throw new ConfigError([line], { cause });
  }
}

/** Publishes unless too much data waits. Only the first of several lost messages in a row is logged. */
function publishing(client: Client, log: FastifyBaseLogger) {
  let waiting = 0;
  let losing = false;
  return async (channel: string, packet: Buffer): Promise<void> => {
    waiting += packet.length;
    try {
      if (waiting > maxWaitingBytes) throw new Error('Too much data waits for Redis.');
      await client.publish(channel, packet);
      losing = false;
    } catch (error) {
      if (!losing) log.warn(error, 'A message could not be published to Redis.');
      losing = true;
    } finally {
      waiting -= packet.length;
    }
  };
}

/** One line of JSON, followed by the unchanged message. */
function encode({ message, ...about }: RoomMessage, from: string): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...about, from })}\n`), message]);
}

/** @returns undefined for a packet that does not come from `encode` */
function decode(packet: Buffer): (RoomMessage & { from: string }) | undefined {
  const end = packet.indexOf('\n');
  try {
    const { room, isBinary, from } = JSON.parse(packet.toString('utf8', 0, end));
    const message = packet.subarray(end + 1);
    // Clients close a connection on which they receive invalid UTF-8 as text.
    const valid = typeof isBinary === 'boolean' && (isBinary || isUtf8(message));
    return valid ? { room, isBinary, from, message } : undefined;
  } catch {
    return undefined;
  }
}
