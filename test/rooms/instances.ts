import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { buildApp } from '../../templates/src/app.js';
import { portOf } from '../../templates/src/lib/listen.js';
import type { Shared } from '../../templates/src/lib/shared.js';
import type { Rooms } from '../../templates/src/plugins/rooms.js';
import { readSettings } from '../../templates/src/settings.js';
import { bearer } from '../../templates/test/tokens.js';
import { authEnv } from '../support/credentials.js';

/** An instance of the service in this process, and the rooms in which it has a member. */
export interface Instance {
  app: FastifyInstance & { rooms: Rooms; shared?: Shared };
  rooms: string[];
}

const plenty = '1000000';

/** Starts an instance that shares its rooms, without limits that would matter here. */
export async function startInstance(redisPort: number): Promise<Instance> {
  const settings = readSettings({
    ...authEnv,
    METRICS_PORT: '0',
    HTTPS: 'false',
    HOST: '127.0.0.1',
    PORT: '0',
    ALLOW_NO_ORIGIN: 'true',
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    ROOM_MAX_PER_CONNECTION: '10000',
    ROOM_DELIVERIES_PER_ROOM: plenty,
    ROOM_DELIVERIES_PER_INSTANCE: plenty,
  });
  const app = await buildApp(settings, { level: 'silent' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, rooms: [] };
}

/** Opens clients that are members of these rooms, in as many connections as are needed. */
export async function enter({ app, rooms }: Instance, names: string[]): Promise<WebSocket[]> {
  const clients: WebSocket[] = [];
  for (let from = 0; from < names.length; from += 5000) {
    const part = names.slice(from, from + 5000);
    const before = app.websocketServer.clients.size;
    const client = new WebSocket(`ws://127.0.0.1:${portOf(app)}/rooms`, { headers: bearer() });
    await once(client, 'open');
    clients.push(client);
    const served = [...app.websocketServer.clients][before];
    if (served === undefined) {
      throw new Error('The socket was not opened.');
    }
    // On a busy machine, many subscriptions may take longer than a join waits for them.
    const isHeard = async (name: string): Promise<boolean> =>
      (await app.rooms.join(name, served)).shared;
    while ((await Promise.all(part.map(isHeard))).includes(false)) {
      await sleep(100);
    }
    rooms.push(...part);
  }
  return clients;
}
