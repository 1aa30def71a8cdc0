import { createClient } from '@redis/client';
import type { Address, RedisOptions } from './redis-options.js';
import { within } from './within.js';

/** How long opening a connection may take: TCP, TLS and login together. */
const openMs = 3000;
/** What waits for an answer must not fill the memory. */
const maxWaitingCommands = 10_000;

export type Client = ReturnType<typeof createClient<{}, {}, {}, 3>>;

/** Opens one connection. It never reconnects: its owner replaces it. */
export async function openClient(address: Address, options: RedisOptions): Promise<Client> {
  const { username, password, database, tls, ca } = options;
  const client: Client = createClient({
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    RESP: 3,
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxWaitingCommands,
    socket: {
      ...address,
      ...(tls ? { tls, servername: serverName(address), ...(ca ? { ca } : {}) } : {}),
      reconnectStrategy: false,
      connectTimeout: openMs,
    },
  });
  // Without a listener, an error would end the process. Its owner sees failed commands.
  client.on('error', () => {});
  try {
    await within(openMs, client.connect(), 'Connection timeout');
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** TLS does not allow an IP address as the name of a server. */
function serverName({ host }: Address): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

/** Rejects when the connection is lost. */
export function broken(client: Client): Promise<never> {
  return new Promise((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('The connection was closed.')));
  });
}
