import { setTimeout as sleep } from 'node:timers/promises';

const { url, protocols, headers, isBuiltIn, holdMs, limitMs } = JSON.parse(process.argv[2]);

/** Opens a WebSocket, and prints `open` if it is still open after a while, or else the result. */
const socket = isBuiltIn
  ? new WebSocket(url, { protocols, headers })
  : new (await import('ws')).WebSocket(url, protocols, { headers });
const ended = new Promise((resolve) => {
  socket.addEventListener('error', ({ error, message }) =>
    resolve(error?.cause?.code ?? error?.code ?? error?.cause?.message ?? message),
  );
  socket.addEventListener('close', ({ code }) => resolve(`closed with ${code}`));
});
const opened = new Promise((resolve) => {
  socket.addEventListener('open', () => resolve(Promise.race([ended, sleep(holdMs, 'open')])));
});
const said = await Promise.race([ended, opened, sleep(limitMs + holdMs, 'nothing')]);
process.stdout.write(String(said));
process.exit(0);
