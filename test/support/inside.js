/**
 * Loaded into a service by `--import`. It answers each message of its parent with the resources
 * that the process holds. Garbage is collected before if the process runs with `--expose-gc`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { collect } from './collect.js';

const fdFolder = '/proc/self/fd';

function counted(/** @type {string[]} */ names) {
  const counts = {};
  for (const name of names) {
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

process.on('message', async () => {
  await collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = counted(process.getActiveResourcesInfo());
  const fds = existsSync(fdFolder) ? readdirSync(fdFolder).length : 0;
  process.send?.({ heapUsed, external, rss, handles, fds });
});
// The channel must not keep a service alive, and a service must not outlive its parent.
process.channel?.unref();
process.on('disconnect', () => process.exit(1));
