// Runs in Node.js for Windows, which cannot use the pipes of Linux: starts a program as a JSON file
// says, and writes beside that file how it ended.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variables that every program on Windows has. */
const common =
  'SystemDrive SystemRoot windir ComSpec PATHEXT OS ProgramFiles ProgramData NUMBER_OF_PROCESSORS';

const path = process.argv[2];
const { command, cwd, env, server, limitMs } = JSON.parse(readFileSync(path, 'utf8'));

const names = common.toUpperCase().split(' ');
const inherited = Object.entries(process.env).filter(([name]) =>
  names.includes(name.toUpperCase()),
);
const options = { cwd, env: { ...Object.fromEntries(inherited), ...env } };

async function listens(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** Starts a server, and returns it once it listens. */
async function startServer({ command: [program, ...args], port }) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const end = Date.now() + limitMs;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill();
      throw new Error(`Nothing listens on ${port}. It said:\n${said.join('')}`);
    }
    await sleep(100);
  }
  return child;
}

/** Runs a program to its end. */
async function run([program, ...args]) {
  const child = spawn(program, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', (error) => {
      said.stderr += error.message;
      resolve(null);
    });
  });
  return { code, ...said };
}

async function ended() {
  const running = server === undefined ? undefined : await startServer(server);
  const result = await run(command);
  if (running !== undefined) {
    spawnSync('C:\\tools\\taskkill.exe', ['/pid', String(running.pid), '/t', '/f'], options);
  }
  return result;
}

const result = await ended().catch((error) => ({ code: null, stdout: '', stderr: error.stack }));
writeFileSync(`${path}.ended`, JSON.stringify(result));
process.exit();
