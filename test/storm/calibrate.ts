import { origin } from '../support/app-process.js';
import type { App } from '../support/app.js';
import { Crowds } from './crowds.js';
import { Instance } from './instance.js';
import type { Cost } from './storm.js';

const processes = 2;
const warmUp = 200;
const handshakes = 400;
const atOnce = 32;
/** The share of TLS in the cost of a handshake: 0.95 of 1.31 ms were measured. */
const tlsShare = 0.725;

/** Divides the cost of a handshake into its two turns. */
export function costOf(handshakeMs: number, deadMs: number): Cost {
  return {
    tlsMs: handshakeMs * tlsShare,
    upgradeMs: handshakeMs * (1 - tlsShare),
    deadMs,
  };
}

/** Measures the CPU time that a service needs for handshakes, complete ones and abandoned ones. */
export async function measuredCost(app: App): Promise<Cost> {
  const instance = await Instance.start(app);
  const { port } = instance;
  const limitMs = 60_000;
  const crowds = await Crowds.start(processes, {
    ca: app.cert,
    origin,
    policy: 'fixed 1 s',
    limitMs,
  });
  try {
    await crowds.open({ port, count: warmUp, atOnce });
    const start = instance.shares().runMs;
    await crowds.open({ port, count: handshakes, atOnce });
    const opened = instance.shares().runMs;
    await crowds.abandon(port, handshakes);
    const abandoned = instance.shares().runMs;
    const each = processes * handshakes;
    return costOf((opened - start) / each, (abandoned - opened) / each);
  } finally {
    await crowds.stop();
    await instance.end('SIGKILL');
  }
}
