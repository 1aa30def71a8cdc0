/**
 * What metrics and authentication cost an echo: the processor time of a service with the extra, divided
 * by that of one without. A second service without extras shows what the comparison itself is worth.
 * They take turns, so that a slow minute affects all of them. Each run starts new processes, because V8
 * does not compile a program the same way each time. Needs `dist/`, and Linux.
 *
 * Options: `--runs N` (16), `--rounds N` of each (20).
 */
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { makeToken } from '../../templates/test/tokens.js';
import { launch, origin, type AppProcess } from '../support/app-process.js';
import { renderApp, type App } from '../support/app.js';
import { median } from '../load/report.js';
import { authEnv } from '../support/credentials.js';
import { freePort } from '../support/running.js';

const kinds = {
  'no extra': [],
  'no extra, again': [],
  metrics: ['--metrics'],
  authentication: ['--auth'],
} as const;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds).filter((name): name is Kind => name in kinds);

const connections = 50;
const echoesPerRound = 10_000;
const text = 'x'.repeat(32);

interface Service {
  process: AppProcess;
  sockets: WebSocket[];
}

/** How long all threads of a process ran so far, in milliseconds. */
function runTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e6;
}

async function start(app: App): Promise<Service> {
  const env = {
    ...authEnv,
    LOG_LEVEL: 'error',
    MESSAGES_PER_SECOND: '1000000',
    METRICS_PORT: String(await freePort()),
  };
  const process = await launch(app, { env });
  const headers = { authorization: `Bearer ${makeToken()}` };
  const sockets = Array.from(
    { length: connections },
    () => new WebSocket(`ws://127.0.0.1:${process.port}/live`, { origin, headers }),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  return { process, sockets };
}

/** Each connection sends its next message after the answer to the one before. */
function echo({ sockets }: Service): Promise<void> {
  return new Promise((resolve) => {
    let [due, missing] = [echoesPerRound - connections, echoesPerRound];
    for (const socket of sockets) {
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

/** @returns the processor time of a round of echoes, in milliseconds */
async function cost(service: Service): Promise<number> {
  const before = runTime(service.process.pid);
  await echo(service);
  return runTime(service.process.pid) - before;
}

/** @returns the median of the costs of each kind */
async function run(apps: Map<Kind, App>, rounds: number): Promise<Map<Kind, number>> {
  const services = new Map<Kind, Service>();
  for (const [name, app] of apps) {
    services.set(name, await start(app));
  }
  const costs = new Map<Kind, number[]>(names.map((name) => [name, []]));
  // The first rounds compile the code.
  for (let round = -5; round < rounds; round += 1) {
    const first = Math.abs(round) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const service = services.get(name);
      const time = service === undefined ? Number.NaN : await cost(service);
      if (round >= 0) {
        costs.get(name)?.push(time);
      }
    }
  }
  for (const { process, sockets } of services.values()) {
    sockets.forEach((socket) => socket.terminate());
    await process.stop();
  }
  return new Map([...costs].map(([name, times]) => [name, median(times)]));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: number[]): number {
  return Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '20' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const apps = new Map<Kind, App>();
for (const name of names) {
  apps.set(name, await renderApp([...kinds[name]]));
}
try {
  const runs: Map<Kind, number>[] = [];
  for (let count = 0; count < Number(values.runs); count += 1) {
    runs.push(await run(apps, Number(values.rounds)));
  }
  const base = (each: Map<Kind, number>): number => each.get('no extra') ?? Number.NaN;
  const µs = (1000 * median(runs.map(base))) / echoesPerRound;
  print(`An echo without extras: ${µs.toFixed(1)} µs of processor time. Times that (goal: 1.05):`);
  for (const name of names.slice(1)) {
    const ratios = runs.map((each) => (each.get(name) ?? Number.NaN) / base(each));
    const error = deviation(ratios) / Math.sqrt(ratios.length);
    print(`${name}: ${mean(ratios).toFixed(3)} (standard error ${error.toFixed(3)})`);
  }
} finally {
  apps.forEach((app) => app.remove());
}
