/** Loaded into each server by `--import`: reports to its parent what the process uses. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collect } from '../support/collect.js';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

const answers = {
  /** Resident memory after a garbage collection, in bytes. */
  async memory() {
    await collect();
    return process.memoryUsage().rss;
  },
  /** Current resident memory, in bytes. */
  rss: () => process.memoryUsage.rss(),
  /** CPU time so far, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** The longest time that the event loop was blocked since the last question, in milliseconds. */
  blocked() {
    const longest = delay.max / 1e6;
    delay.reset();
    return longest;
  },
};

process.on('message', async (/** @type {keyof typeof answers} */ question) => {
  process.send?.(await answers[question]());
});
process.channel?.unref();
process.on('disconnect', () => process.exit(1));
