import { openClient } from './redis-clients.js';
import type { ConnectionEvents, ConnectionOptions, RedisConnection } from './redis-connection.js';
import { RedisLink } from './redis-link.js';
import type { Address } from './redis-options.js';
import { within } from './within.js';

const answerMs = 1000;
/** How often Sentinel is asked whether it has chosen another master. */
const lookMs = 5000;

/** One Redis. With several URLs, they are tried in turn. */
export function singleConnection(
  options: ConnectionOptions,
  events: ConnectionEvents,
): RedisConnection {
  let attempt = 0;
  const { addresses } = options;
  const next = () => addresses[attempt++ % addresses.length] as Address;
  return overLink(async () => next(), options, events);
}

/** The master that Sentinel names. It is asked before each connect. */
export function sentinelConnection(
  options: ConnectionOptions,
  events: ConnectionEvents,
): RedisConnection {
  let current: Address | undefined;
  const ask = async () => (current = await masterOf(options));
  const connection = overLink(ask, options, events);
  let timer: NodeJS.Timeout | undefined;
  async function look(): Promise<void> {
    const { host, port } = await masterOf(options);
    // The old master may still answer, but without the others.
    if (current && (current.host !== host || current.port !== port)) connection.restart();
  }
  return {
    ...connection,
    get isReady() {
      return connection.isReady;
    },
    start() {
      connection.start();
      // While no Sentinel answers, the connection stays as it is.
      timer = setInterval(() => look().catch(() => {}), lookMs).unref();
    },
    stop() {
      clearInterval(timer);
      connection.stop();
    },
  };
}

function overLink(
  address: () => Promise<Address>,
  options: ConnectionOptions,
  { onMessage, onGap, onReady, onDown }: ConnectionEvents,
) {
  const link = new RedisLink({
    address,
    options,
    sharded: false,
    onMessage,
    onReady(channels) {
      onReady();
      onGap(channels);
    },
    onDown,
    onMoved() {},
  });
  return {
    get isReady() {
      return link.isReady;
    },
    subscribe: (channel: string) => link.subscribe(channel),
    unsubscribe: (channel: string) => link.unsubscribe(channel),
    async publish(channel: string, message: Buffer) {
      await link.send(['PUBLISH', channel, message]);
    },
    send: (_key: string, words: string[]) => link.send(words),
    restart: () => link.restart(),
    start: () => link.start(),
    stop: () => link.stop(),
  };
}

/** Asks one Sentinel after the other. */
async function masterOf(options: ConnectionOptions): Promise<Address> {
  const { addresses, sentinelName, sentinelPassword, tls, ca } = options;
  const failures: unknown[] = [];
  for (const address of addresses.toSorted(() => Math.random() - 0.5)) {
    const password = sentinelPassword === '' ? {} : { password: sentinelPassword };
    try {
      const client = await openClient(address, {
        addresses,
        tls,
        ...(ca ? { ca } : {}),
        ...password,
      });
      const words = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', sentinelName];
      const asked = client.sendCommand(words);
      const answer = await within(answerMs, asked, 'Sentinel does not answer.').finally(() =>
        client.destroy(),
      );
      if (Array.isArray(answer)) return { host: String(answer[0]), port: Number(answer[1]) };
      throw new Error(`Sentinel does not know the name ${sentinelName}. Set REDIS_SENTINEL_NAME.`);
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}
