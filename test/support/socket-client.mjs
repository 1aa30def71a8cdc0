import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const [url, origin, holdMs, limitMs] = process.argv.slice(2);

/** Opens a WebSocket, and prints `open` if it is still open after a while, or else the result. */
const socket = new WebSocket(url, { origin });
const closed = once(socket, 'close').then(([code]) => `closed with ${code}`);
const said = await Promise.race([
  closed,
  sleep(Number(holdMs) + Number(limitMs), 'nothing'),
  once(socket, 'open').then(() => Promise.race([closed, sleep(Number(holdMs), 'open')])),
]).catch((error) => String(error.code ?? error.message));
process.stdout.write(said);
process.exit(0);
