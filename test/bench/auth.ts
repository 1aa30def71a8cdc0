/**
 * Prints what authentication costs per echo: the processor time of a service with it, divided by that
 * of one without, in pairs. Needs `dist/`.
 */
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { makeToken } from '../../templates/test/tokens.js';
import { launch, origin, type AppProcess } from '../support/app-process.js';
import { renderApp } from '../support/app.js';
import { authEnv } from '../support/credentials.js';

const pairs = Number(process.argv[2] ?? 40);
const sockets = 20;
const messages = 500;

/** The processor time of a process in clock ticks of the system. This works only on Linux. */
function ticksOf({ pid }: AppProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Opens a socket, and sends each message after the answer to the one before. */
function talk(port: number): Promise<void> {
  const headers = { authorization: `Bearer ${makeToken()}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin, headers });
  const state = { left: messages };
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('x'.repeat(32)));
    socket.on('message', () => {
      state.left -= 1;
      if (state.left > 0) {
        socket.send('x'.repeat(32));
        return;
      }
      socket.terminate();
      resolve();
    });
    socket.on('error', reject);
  });
}

async function cost(service: AppProcess): Promise<number> {
  const before = ticksOf(service);
  await Promise.all(Array.from({ length: sockets }, () => talk(service.port)));
  return ticksOf(service) - before;
}

const env = { ...authEnv, LOG_LEVEL: 'info', MESSAGES_PER_SECOND: '1000000' };
const apps = [await renderApp(), await renderApp(['--auth'])];
const services = await Promise.all(apps.map((app) => launch(app, { env })));
const [plain, auth] = services;
if (plain === undefined || auth === undefined) {
  throw new Error('The services were not started.');
}
const ratios: number[] = [];
// The first pair only warms up.
for (let pair = 0; pair <= pairs; pair += 1) {
  const order = pair % 2 === 0 ? [plain, auth] : [auth, plain];
  const costs = new Map<AppProcess, number>();
  for (const service of order) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time: they share the processor
    costs.set(service, await cost(service));
  }
  if (pair > 0) {
    ratios.push((costs.get(auth) ?? 0) / (costs.get(plain) ?? 1));
  }
}
await Promise.all(services.map((service) => service.stop()));
apps.forEach((app) => app.remove());
const sorted = ratios.toSorted((a, b) => a - b);
const at = (share: number): string => (sorted[Math.floor(share * (pairs - 1))] ?? 0).toFixed(3);
process.stdout.write(
  `Authentication, ${pairs} pairs of ${sockets} sockets with ${messages} echoes: ${at(0.5)} (quartiles ${at(0.25)} and ${at(0.75)})\n`,
);
