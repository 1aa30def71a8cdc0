import { withServer } from './measures.js';
import { service, type Scheme } from './servers.js';

/** Requirements of the rendered service itself, without comparison. */
export interface Check {
  title: string;
  unit: string;
  floor: number;
  goal: number;
  run: (scheme: Scheme) => Promise<number>;
}

const mebibyte = 1024 * 1024;

/**
 * Pings 5,000 connections in rounds, and measures the longest time that the event loop was blocked.
 */
async function heartbeat(scheme: Scheme): Promise<number> {
  const settings = { HEARTBEAT_MS: '5000' };
  return withServer(
    { name: service, scheme },
    async (server, load) => {
      const target = { ...server.target, path: '/live' };
      const connections = await load.ask<number>({ job: 'hold', target, connections: 5000 });
      // Garbage of opening them is collected before the measurement.
      await server.ask('memory');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await server.ask('blocked');
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const blocked = await server.ask<number>('blocked');
      const left = await load.ask<number>({ job: 'release' });
      if (left !== connections) {
        throw new Error(`Of ${connections} connections ${left} were left.`);
      }
      return blocked;
    },
    settings,
  );
}

/** How much one client that never reads makes the process grow until it is disconnected. */
async function slowReader(scheme: Scheme): Promise<number> {
  return withServer({ name: service, scheme }, async (server, load) => {
    const target = { ...server.target, path: '/live' };
    const before = await server.ask<number>('memory');
    const sizes: number[] = [];
    const watch = setInterval(async () => sizes.push(await server.ask<number>('rss')), 50);
    const job = { job: 'neverRead', target, seconds: 15, text: 'z'.repeat(10_000) };
    const { cut } = await load.ask<{ cut: boolean }>(job);
    clearInterval(watch);
    if (!cut) {
      throw new Error('A client that never reads was not cut off within 15 seconds.');
    }
    return (Math.max(before, ...sizes) - before) / mebibyte;
  });
}

export const checks: Check[] = [
  {
    title: 'longest hold-up of the event loop by pinging 5,000 connections every 5 s',
    unit: 'ms',
    floor: 30,
    goal: 15,
    run: heartbeat,
  },
  {
    title: 'growth of the process by one client that never reads, until it is cut off',
    unit: 'MiB',
    floor: 64,
    goal: 16,
    run: slowReader,
  },
];
