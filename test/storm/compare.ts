import { closingTime } from '../../templates/src/lib/slicing.js';
import { mulberry32 } from '../fuzz/random.js';
import type { App } from '../support/app.js';
import { costOf } from './calibrate.js';
import { policies } from './policies.js';
import { limitMs, realStorm, type Measured } from './real.js';
import { heading, line, row, seconds } from './report.js';
import type { RealSetup } from './setups.js';
import { simulate } from './simulate.js';
import { usual, type Cost, type Ending, type Outcome } from './storm.js';

interface Compared extends RealSetup {
  sockets: number;
  /** Measured before, for what a handshake costs that is given up. */
  cost: Cost;
}

const processes = 4;
const clientLimitMs = 20_000;
const returnMs = 20_000;

/** Makes a real storm, simulates the same, and shows both. */
export async function compare(app: App, compared: Compared): Promise<string> {
  const { sockets, policy, signal, settings } = compared;
  const conditions = { sockets, processes, policy, signal, settings, returnMs, clientLimitMs };
  const real = await realStorm(app, conditions);
  const simulated = predicted(compared, real);
  const ratio = simulated.allBackMs / real.outcome.allBackMs;
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return [
    `\n${sockets} sockets on 2 instances, one gets ${signal} (clients: ${policy}) ${given.join(' ')}`,
    `a handshake takes the instance ${real.handshakeMs.toFixed(2)} ms, the client ${real.clientMs.toFixed(2)} ms`,
    `other programs took ${percent(real.busy.average())} of the instance's core, ${percent(real.clientsBusy.average())} of the clients'`,
    `not ready ${seconds(-real.unreadyMs)} before the first lost socket, end: ${real.exit}`,
    heading,
    line('real', real.outcome),
    line('simulated', simulated),
    row('simulated / real', [ratio.toFixed(2)]),
  ].join('\n');
}

function predicted({ sockets, policy, signal, settings, cost }: Compared, real: Measured): Outcome {
  // A handshake that is given up costs the same share of a complete one as in the calibration.
  const share = cost.deadMs / (cost.tlsMs + cost.upgradeMs);
  const storm = {
    ...usual,
    clients: sockets,
    instances: 2,
    ending: endingOf(signal, settings),
    returnMs,
    policy: policies[policy],
    cost: costOf(real.handshakeMs, real.handshakeMs * share),
    busy: (at: number) => real.busy.at(at + real.drainMs),
    clientLimitMs,
    roundTripMs: 1,
    clientProcesses: {
      count: processes,
      turnMs: real.clientMs / 2,
      busy: (at: number) => real.clientsBusy.at(at + real.drainMs),
    },
  };
  return simulate(storm, mulberry32(1), limitMs);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function endingOf(signal: string, settings: Record<string, string>): Ending {
  if (signal === 'SIGKILL') {
    return { kind: 'crash' };
  }
  const allMs = Number(settings['SHUTDOWN_MS']) - Number(settings['DRAIN_MS']);
  const perSecond = Number(settings['CLOSES_PER_SECOND']);
  return { kind: 'stop', perSecond, closingMs: closingTime(allMs) };
}
