/**
 * How clients come back after instances of the service have stopped: simulated, with the handshake
 * cost that is measured at the start. With `--real`, two real instances, one of them restarted, next
 * to the simulation of the same.
 *
 * Options: `--handshake MS` and `--dead MS` in place of the measurement, `--busy SHARE` of an
 * instance's core (0.3), `--clients N --instances N` in place of the usual sizes, `--only WORDS` of a
 * title or policy, `--seed N`; with `--real`: `--sockets N` (10,000).
 */
import { parseArgs } from 'node:util';
import { mulberry32 } from '../fuzz/random.js';
import { renderApp, type App } from '../support/app.js';
import { costOf, measuredCost } from './calibrate.js';
import { compare } from './compare.js';
import { policies } from './policies.js';
import { heading, line } from './report.js';
import { realSetups, setupsFor, sizes } from './setups.js';
import { simulate } from './simulate.js';
import { usual, type Cost } from './storm.js';

const { values } = parseArgs({
  options: {
    handshake: { type: 'string' },
    dead: { type: 'string', default: '0.1' },
    busy: { type: 'string', default: '0.3' },
    clients: { type: 'string' },
    instances: { type: 'string' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    real: { type: 'boolean', default: false },
    sockets: { type: 'string', default: '10000' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Calls `use` with a rendered service, and removes it afterwards. */
async function withApp<Result>(use: (app: App) => Promise<Result>): Promise<Result> {
  const app = await renderApp();
  try {
    return await use(app);
  } finally {
    app.remove();
  }
}

function simulateAll(cost: Cost, busy: number): void {
  const { clients, instances = '1', only, seed } = values;
  const chosen = clients === undefined ? sizes : [[Number(clients), Number(instances)] as const];
  for (const [all, on] of chosen) {
    for (const { title, storm } of setupsFor(all, on)) {
      say(`\n${all} clients on ${on} instances: ${title}\n${heading}`);
      for (const [name, policy] of Object.entries(policies)) {
        if (`${title} ${name}`.includes(only)) {
          const random = mulberry32(Number(seed));
          say(line(name, simulate({ ...usual, ...storm, policy, cost, busy }, random)));
        }
      }
    }
  }
}

async function compareAll(): Promise<void> {
  const cost = await withApp(measuredCost);
  for (const setup of realSetups.filter(({ policy }) => policy.includes(values.only))) {
    const sockets = Number(values.sockets);
    await withApp(async (app) => say(await compare(app, { ...setup, sockets, cost })));
  }
}

async function main(): Promise<void> {
  if (values.real) {
    await compareAll();
    return;
  }
  const { handshake, dead } = values;
  const cost =
    handshake === undefined ? await withApp(measuredCost) : costOf(Number(handshake), Number(dead));
  const busy = Number(values.busy);
  const each = cost.tlsMs + cost.upgradeMs;
  say(
    `A handshake takes ${each.toFixed(2)} ms of a core, one given up ${cost.deadMs.toFixed(2)} ms.`,
  );
  say(
    `An instance is ${busy * 100} % busy: ${Math.round((1000 * (1 - busy)) / each)} handshakes/s.`,
  );
  simulateAll(cost, busy);
}

await main();
