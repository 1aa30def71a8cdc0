import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { ConfigError } from '../lib/errors.js';
import { rarely } from '../lib/rarely.js';
import type { RoomMessage } from './rooms.js';

// What Redis has not taken yet must not fill the memory.
const waitingBytes = 16 * 1024 * 1024;
const waitingMessages = 10_000;

export default fp(async (app) => shareRooms(app), { name: 'redis', dependencies: ['rooms'] });

/**
 * Shares rooms with every other instance that has the same REDIS_URL and REDIS_CHANNEL.
 *
 * Delivery is at most once: what is published while Redis is away still reaches the members who are
 * connected to this instance, and is lost for the others. The connection heals by itself.
 */
function shareRooms(app: FastifyInstance): void {
  const { settings, rooms, log } = app;
  const { REDIS_URL, REDIS_CHANNEL, MAX_MESSAGE_BYTES } = settings;
  if (REDIS_URL === '') {
    log.warn('REDIS_URL is empty: rooms stay within this instance.');
    return;
  }
  // Writing counts as a sign of life, so a connection that publishes does not notice a server that
  // hangs. The one that only listens does.
  const listener = connect(REDIS_URL);
  const publisher = listener.duplicate({ disableOfflineQueue: true });
  const clients = [listener, publisher];
  let subscribed = false;
  const connected = () => subscribed && clients.every(({ isReady }) => isReady);

  let away = false;
  const onError = (error: Error) => {
    // It tries again and again, and one line is enough.
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

  // Everybody hears what they publish themselves, too.
  const self = randomUUID();
  const publish = publishing(publisher, log);
  rooms.use({
    connected,
    publish(message) {
      if (connected()) void publish(REDIS_CHANNEL, encode(message, self));
    },
  });
  const logForeign = rarely((count) => {
    log.warn({ count }, 'REDIS_CHANNEL carries messages that are not of a room, or too large.');
  });
  const listen = (packet: Buffer) => {
    const message = decode(packet);
    if (!message || message.message.length > MAX_MESSAGE_BYTES) logForeign(undefined);
    else if (message.from !== self) rooms.deliver(message);
  };
  const onSubscribed = () => {
    subscribed = true;
    onReady();
  };
  // Once Redis has agreed, the client repeats it by itself.
  listener.on('ready', () => {
    if (!subscribed) listener.subscribe(REDIS_CHANNEL, listen, true).then(onSubscribed, onError);
  });
  // Not before everything else is there: a connection would keep a failed start running.
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
      // A server that hangs is given up after five seconds.
      pingInterval: 2000,
      socket: {
        socketTimeout: 5000,
        // The client's own strategy does not come back to a server that has hung.
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2000) + 200 * Math.random(),
      },
      commandsQueueMaxLength: waitingMessages,
    });
  } catch (cause) {
    // The address may hold a password, so it is not repeated.
    const line = 'REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.';
    throw new ConfigError([line], { cause });
  }
}

/** Publishes as long as not too much waits. Of messages that are lost in a row the first is logged. */
function publishing(client: Client, log: FastifyBaseLogger) {
  let waiting = 0;
  let losing = false;
  return async (channel: string, packet: Buffer): Promise<void> => {
    waiting += packet.length;
    try {
      if (waiting > waitingBytes) throw new Error('Too much is waiting already.');
      await client.publish(channel, packet);
      losing = false;
    } catch (error) {
      if (!losing) log.warn(error, 'Redis did not take a message.');
      losing = true;
    } finally {
      waiting -= packet.length;
    }
  };
}

/** One line of JSON, and the message behind it as it is. */
function encode({ message, ...about }: RoomMessage, from: string): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...about, from })}\n`), message]);
}

/** @returns nothing for a packet that `encode` has not made */
function decode(packet: Buffer): (RoomMessage & { from: string }) | undefined {
  const end = packet.indexOf('\n');
  try {
    const { room, isBinary, from } = JSON.parse(packet.toString('utf8', 0, end));
    const message = packet.subarray(end + 1);
    // Clients end a connection that sends them a text which is none.
    const valid = typeof isBinary === 'boolean' && (isBinary || isUtf8(message));
    return valid ? { room, isBinary, from, message } : undefined;
  } catch {
    return undefined;
  }
}
