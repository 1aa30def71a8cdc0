/**
 * What metrics cost: the processor time of an echo in a project with metrics, next to one without.
 * Both services run at the same time, and take turns in pairs, so that a slow minute affects both.
 *
 * Option: `--pairs N`, 40 by default.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { bin, root, runProgram } from '../support/cli.js';
import { freePort, untilListening } from '../support/running.js';

const connections = 50;
const echoesPerRun = 10_000;
const scrapes = 50;
const origin = 'https://app.example';
const text = 'x'.repeat(32);

interface Service {
  child: ChildProcess;
  metricsPort: number;
  /** Sends one message on each connection, waits for all answers, and repeats that. */
  echo: () => Promise<void>;
}

// Inside templates/node_modules/, so that Node finds the packages of the templates.
const cache = join(root, 'templates/node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'bench-'));

/** The service's processor time so far, in microseconds. */
async function cpuOf({ child }: Service): Promise<number> {
  const answer = once(child, 'message');
  child.send('cpu');
  const [time] = await answer;
  return Number(time);
}

/** The processor time of one of `count` actions, in microseconds. */
async function cost(service: Service, count: number, act: () => Promise<void>): Promise<number> {
  const before = await cpuOf(service);
  await act();
  return ((await cpuOf(service)) - before) / count;
}

async function echoing(port: number): Promise<Service['echo']> {
  const opened = Array.from({ length: connections }, () => {
    return new WebSocket(`ws://127.0.0.1:${port}/live`, { origin });
  });
  await Promise.all(opened.map((socket) => once(socket, 'open')));
  return () =>
    new Promise((resolve) => {
      let [due, missing] = [echoesPerRun - connections, echoesPerRun];
      for (const socket of opened) {
        socket.removeAllListeners('message').on('message', () => {
          missing -= 1;
          if (missing === 0) {
            resolve();
          } else if (due > 0) {
            due -= 1;
            socket.send(text);
          }
        });
        socket.send(text);
      }
    });
}

async function startService(extra: '--metrics' | '--no-metrics'): Promise<Service> {
  const name = extra.slice(2);
  const options = ['--yes', '--no-https', '--no-install', '--no-git', '--language', 'js', extra];
  const { code, stderr } = await runProgram([process.execPath, bin, name, ...options], {
    cwd: folder,
    env: process.env,
  });
  if (code !== 0) {
    throw new Error(stderr);
  }
  const [port, metricsPort] = [await freePort(), await freePort()];
  const gauge = pathToFileURL(join(import.meta.dirname, '../load/gauge.js')).href;
  const child = spawn(process.execPath, ['--import', gauge, 'src/server.js'], {
    cwd: join(folder, name),
    env: {
      ...process.env,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      HOST: '127.0.0.1',
      DOMAINS: origin,
      LOG_LEVEL: 'error',
      MESSAGES_PER_SECOND: '1000000',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await untilListening(port);
  return { child, metricsPort, echo: await echoing(port) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '40' } } });
const services = [await startService('--metrics'), await startService('--no-metrics')] as const;
const [measured, bare] = services;
try {
  const ratios: number[] = [];
  const bareCosts: number[] = [];
  // The first pair compiles the code.
  for (let pair = -1; pair < Number(values.pairs); pair += 1) {
    const order = pair % 2 === 0 ? services : services.toReversed();
    const costs = new Map<Service, number>();
    for (const service of order) {
      costs.set(service, await cost(service, echoesPerRun, service.echo));
    }
    if (pair >= 0) {
      const base = costs.get(bare) ?? Number.NaN;
      bareCosts.push(base);
      ratios.push((costs.get(measured) ?? Number.NaN) / base);
    }
  }
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(3));
  const scrape = await cost(measured, scrapes, async () => {
    for (let count = 0; count < scrapes; count += 1) {
      await (await fetch(`http://127.0.0.1:${measured.metricsPort}/metrics`)).text();
    }
  });
  print(`echo without metrics: ${quantile(bareCosts, 0.5).toFixed(1)} µs of processor time`);
  print(`with metrics: ${middle} times that (quartiles ${low} and ${high}; goal: 1.05)`);
  print(`one scrape with ${connections} sockets: ${(scrape / 1000).toFixed(2)} ms`);
} finally {
  // Their sockets end, too, so this process ends.
  services.forEach(({ child }) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
}
