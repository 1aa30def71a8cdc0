/**
 * Counts the packets that each instance receives from Redis, for growing numbers of rooms and instances.
 * It fails if an instance receives a message of a room in which it has no member, or misses one.
 *
 * Options: `--seed S`, `--messages N` for each instance (1,000), `--small` for a few small trials.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, untilListening } from '../support/running.js';
import { measure } from './measure.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    messages: { type: 'string', default: '1000' },
    small: { type: 'boolean', default: false },
  },
});
const [seed, messages] = [Number(values.seed), Number(values.messages)];
const sizes = values.small ? [10, 50] : [10, 100, 1000, 10_000];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
const redisPort = await freePort();
const place = ['--bind', '127.0.0.1', '--port', String(redisPort), '--dir', folder, '--save', ''];
const redis = spawn('redis-server', place, { stdio: 'ignore' });
const ended = once(redis, 'exit');
try {
  await untilListening(redisPort);
  say(`seed ${seed}, ${messages} messages from each instance, each room on two instances`);
  say('rooms   instances  received per message  one shared channel');
  for (const rooms of sizes) {
    for (const instances of [1, 2, 4]) {
      const all = await measure({ redisPort, instances, rooms, messages, seed });
      const packets = all.reduce((sum, each) => sum + each.packets, 0);
      const perMessage = (packets / instances / messages).toFixed(2);
      const isExact = all.every((each) => each.packets === each.own);
      const cells = [String(rooms).padEnd(6), String(instances).padStart(10)];
      say(`${cells.join('  ')}  ${perMessage.padStart(20)}  ${String(instances).padStart(18)}`);
      if (!isExact) {
        say(`  wrong: ${JSON.stringify(all)}`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  redis.kill();
  await ended;
  rmSync(folder, { recursive: true });
}
