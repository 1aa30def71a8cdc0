import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freePort, startServer } from '../../../src/create/verify/server.js';
import { room } from '../../support/room.js';

const { at } = room();

/** Listens, and has started a program that leaves the process tree and keeps the output open. */
const script = `
  const { spawn } = require('node:child_process');
  const forever = ['-e', 'setInterval(() => {}, 1000)'];
  const child = spawn(process.execPath, forever, { detached: true, stdio: 'inherit' });
  console.log('pid', child.pid);
  require('node:http').createServer().listen(Number(process.argv[2]), '127.0.0.1');
`;

it('a server is stopped although one of its programs cannot be ended', async () => {
  writeFileSync(at('server.cjs'), script);
  const port = await freePort();
  const server = await startServer({
    command: ['node', at('server.cjs'), String(port)],
    cwd: at(),
    env: {},
    address: '127.0.0.1',
    port,
    cancel: new AbortController().signal,
  });
  const [, pid] = /pid (\d+)/.exec(server.output()) ?? [];
  try {
    expect(await server.stop()).toBe(false);
  } finally {
    process.kill(Number(pid));
  }
});
