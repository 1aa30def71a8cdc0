import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../fuzz/random.js';
import { enter, startInstance, type Instance } from './instances.js';

export interface Trial {
  redisPort: number;
  instances: number;
  rooms: number;
  /** Messages that each instance publishes. */
  messages: number;
  seed: number;
}

/** What one instance received from Redis, and how many messages there were for its rooms. */
export interface Received {
  packets: number;
  own: number;
}

/** Each room has members on this many instances. */
const spread = 2;

/**
 * Spreads rooms over instances, publishes to random ones, and counts what each instance receives. All
 * instances are in this process, so that the counts are exact.
 */
export async function measure(trial: Trial): Promise<Received[]> {
  const { redisPort, instances: count, rooms, messages, seed } = trial;
  const instances = await Promise.all(
    Array.from({ length: count }, () => startInstance(redisPort)),
  );
  const clients = [];
  for (const [index, instance] of instances.entries()) {
    clients.push(...(await enter(instance, roomsOf(index, count, rooms))));
  }
  const random = randomOf(seed, rooms);
  const sent = instances.flatMap((instance) =>
    Array.from({ length: messages }, () => {
      const room = instance.rooms[random.int(0, instance.rooms.length - 1)] ?? '';
      instance.app.rooms.publish(room, 'x');
      return room;
    }),
  );
  const received = instances.map((instance) => ownOf(instance, sent));
  await settled(received, instances);
  const packets = instances.map(({ app }) => app.shared?.counts.received ?? 0);
  clients.forEach((client) => client.terminate());
  await Promise.all(instances.map(({ app }) => app.close()));
  return received.map((own, index) => ({ own, packets: packets[index] ?? 0 }));
}

function roomsOf(index: number, instances: number, rooms: number): string[] {
  return Array.from({ length: rooms }, (_, room) => room)
    .filter((room) => (index - (room % instances) + instances) % instances < spread)
    .map((room) => `room-${room}`);
}

function ownOf({ rooms }: Instance, sent: string[]): number {
  const own = new Set(rooms);
  return sent.filter((room) => own.has(room)).length;
}

/** Waits until everything has arrived, and a moment longer for what should not. */
async function settled(expected: number[], instances: Instance[]): Promise<void> {
  const isComplete = (): boolean =>
    instances.every(
      ({ app }, index) => (app.shared?.counts.received ?? 0) >= (expected[index] ?? 0),
    );
  const limit = Date.now() + 60_000;
  while (!isComplete() && Date.now() < limit) {
    await sleep(20);
  }
  await sleep(300);
}
