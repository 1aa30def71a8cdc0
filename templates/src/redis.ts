import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import type { FastifyInstance } from 'fastify';
import { Mistakes } from './mistakes.js';
import type { RoomMessage } from './rooms.js';

/**
 * Shares rooms with every other instance that has the same REDIS_URL and REDIS_CHANNEL.
 *
 * Delivery is at most once: what is published while Redis is away still reaches the members who are
 * connected to this instance, and is lost for the others. The connection heals by itself.
 *
 * @throws {Mistakes} when REDIS_URL is no address of a Redis.
 */
export function shareRooms(app: FastifyInstance): void {
  const { settings, rooms, log } = app;
  const { REDIS_URL, REDIS_CHANNEL } = settings;
  if (REDIS_URL === '') {
    log.warn('REDIS_URL is empty: rooms stay within this instance.');
    return;
  }
  const client = connect(REDIS_URL);
  let connected = true;
  client.on('error', (error: Error) => {
    // It tries again and again, and one line is enough.
    if (connected) log.error({ reason: error.message }, 'Redis is away: rooms are not shared.');
    connected = false;
  });
  client.on('ready', () => {
    connected = true;
    log.info('Redis is there: rooms are shared.');
  });
  app.addHook('onClose', async () => client.destroy());

  // Everybody hears what they publish themselves, too.
  const self = randomUUID();
  rooms.use({
    connected: () => client.isReady,
    publish(message) {
      if (!client.isReady) return;
      client.publish(REDIS_CHANNEL, encode(message, self)).catch((error: Error) => {
        log.warn({ reason: error.message }, 'Redis did not take a message.');
      });
    },
  });
  const listen = (packet: Buffer) => {
    const { from, ...message } = decode(packet);
    if (from !== self) rooms.deliver(message);
  };
  Promise.all([client.connect(), client.subscribe(REDIS_CHANNEL, listen, true)]).catch(
    (error: Error) => log.error({ reason: error.message }, 'Rooms are not shared.'),
  );
}

function connect(url: string) {
  // The address may hold a password, so it is not repeated.
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new Mistakes(['REDIS_URL must be redis://HOST:PORT, or rediss:// for TLS.']);
  }
  return createClient({
    url,
    // A server that hangs is given up after five seconds.
    pingInterval: 2000,
    socket: { socketTimeout: 5000 },
    // What it has not taken by then must not fill the memory.
    commandsQueueMaxLength: 10_000,
  });
}

/** One line of JSON, and the message behind it as it is. */
function encode({ message, ...about }: RoomMessage, from: string): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...about, from })}\n`), message]);
}

function decode(packet: Buffer): RoomMessage & { from: string } {
  const end = packet.indexOf('\n');
  const { room, isBinary, from } = JSON.parse(packet.toString('utf8', 0, end));
  return { room, isBinary, from, message: packet.subarray(end + 1) };
}
