import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { oncePerMinute } from '../lib/once-per-minute.js';
import { Presence } from '../lib/presence.js';
import type { RoomMessage } from '../lib/room-relay.js';
import { RoomSubscriptions, roomOf } from '../lib/room-subscriptions.js';
import type { Shared } from '../lib/shared.js';

/** What a message may have in addition to its data: names of the instance and the user. */
const envelopeBytes = 1024;

/**
 * Connects the rooms of this instance with those of the others. Each room has its own channel, and an
 * instance subscribes only to rooms in which it has members.
 *
 * Measured with one channel for all rooms: each instance receives the messages of all, and the work of
 * Redis grows with the square of the instances. At 200 instances it would need two cores.
 */
export default fp(
  async (app) => {
    if (app.shared) connect(app, app.shared);
  },
  { name: 'shared-rooms', dependencies: ['rooms', 'redis'] },
);

function connect(app: FastifyInstance, shared: Shared): void {
  const { rooms, settings, log } = app;
  const mostBytes = settings.MAX_MESSAGE_BYTES + envelopeBytes;
  const logInvalid = oncePerMinute((count) => {
    log.warn({ count }, 'Ignored messages from Redis: they are too large, or not from a service.');
  });
  const subscriptions = new RoomSubscriptions(shared, (room, packet) => {
    const received = packet.length > mostBytes ? undefined : decode(packet);
    if (!received) return logInvalid(undefined);
    // Redis also sends back what this instance publishes.
    if (received.instance !== shared.instance) rooms.receive(room, received.message);
  });
  const presence = new Presence(shared);

  shared.onGap((channels) => {
    presence.repair();
    rooms.reportGap(channels.flatMap((channel) => roomOf(channel) ?? []));
  });
  rooms.use({
    open: (room) => subscriptions.open(room),
    changed(room, members) {
      presence.set(room, members);
      if (members === 0) subscriptions.close(room);
    },
    publish(room, message) {
      // Failures are counted and logged there. The members of this instance got the message.
      shared.publish(`room:${room}`, encode(shared.instance, message)).catch(() => {});
    },
    count: (room) => presence.count(room),
  });
  app.addHook('onClose', async () => {
    subscriptions.stop();
    await presence.stop();
  });
}

function encode(instance: string, message: RoomMessage): Buffer {
  return Buffer.from(JSON.stringify({ instance, ...message }));
}

/** @returns undefined for a packet that does not come from `encode` */
function decode(packet: Buffer): { instance: string; message: RoomMessage } | undefined {
  try {
    const { instance, data, from } = JSON.parse(packet.toString());
    if (typeof instance !== 'string' || data === undefined) return undefined;
    if (from === undefined) return { instance, message: { data } };
    return typeof from === 'string' ? { instance, message: { data, from } } : undefined;
  } catch {
    return undefined;
  }
}
