/** A process with many clients. Its parent sends one job at a time and gets the result. */
import { connect, createSecureContext } from 'node:tls';
import { loopbackAddress } from '../support/loopback.js';
import { Client, type Seen, type Shared } from './client.js';
import type { Jobs } from './crowds.js';
import { policies } from './policies.js';

const clients: Client[] = [];
const shared: Shared = {
  policy: policies['fixed 1 s'],
  ports: [],
  secureContext: createSecureContext(),
  origin: '',
  limitMs: 20_000,
};
/** Addresses for the clients of each process. */
const addresses = 16;

const jobs: Jobs = {
  /** Prepares the clients. */
  async prepare({ ca, origin, policy, limitMs }) {
    const secureContext = createSecureContext({ ca });
    Object.assign(shared, { secureContext, origin, policy: policies[policy], limitMs });
  },
  /** Sets the instances that a load balancer would choose from. */
  async choose({ ports }) {
    shared.ports = ports;
  },
  /** Opens sockets, some of them at the same time. Returns the number that failed. */
  async open({ port, count, atOnce, crowd }) {
    let left = count;
    let failed = 0;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const number = crowd * addresses + (clients.length % addresses);
        const client = new Client(shared, loopbackAddress(number));
        clients.push(client);
        failed += (await client.open(port)) ? 0 : 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return failed;
  },
  /** Starts TLS handshakes and gives them up at once. */
  async abandon({ port, count }) {
    const { secureContext } = shared;
    for (let index = 0; index < count; index += 1) {
      await new Promise<void>((resolve) => {
        const stream = connect({ host: '127.0.0.1', port, secureContext });
        stream.on('error', () => undefined).once('close', () => resolve());
        // After the client's first message was sent.
        stream.once('connect', () => setImmediate(() => stream.destroy()));
      });
    }
  },
  async count() {
    const open = clients.filter(({ seen }) => seen.isOpen).length;
    const lost = clients.filter(({ seen }) => seen.lostAt !== undefined).length;
    return { open, lost };
  },
  async report(): Promise<Seen[]> {
    return clients.map(({ seen }) => seen);
  },
};

interface Job {
  id: number;
  job: keyof Jobs;
  details: never;
}

process.on('message', async ({ id, job, details }: Job) => {
  try {
    process.send?.({ id, result: await jobs[job](details) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
