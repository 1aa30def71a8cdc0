/** Loaded into each server by `--import`: tells its parent what the process uses. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collect } from '../support/collect.js';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

const answers = {
  /** Resident memory after a collection, in bytes. */
  async memory() {
    await collect();
    return process.memoryUsage().rss;
  },
  /** Resident memory as it is, in bytes. */
  rss: () => process.memoryUsage.rss(),
  /** Processor time so far, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** The longest time that the event loop was held up since this was last asked, in milliseconds. */
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
