import type { Holdings, Rendered, Service } from '../support/service.js';
import { leftovers, settledHoldings } from '../support/leftovers.js';
import { churn } from './connections.js';

const schemes = ['ws', 'wss'] as const;

/** What one service held in memory after a round. */
export interface Measure {
  scheme: (typeof schemes)[number];
  round: number;
  holdings: Holdings;
  /** The heap as a multiple of that after the first round. */
  ratio: number;
  /** What the service holds in addition to what it held before the first round, in words. */
  left: string[];
}

export interface Rounds {
  rounds: number;
  /** The connections of one round, to both services. */
  connections: number;
  /** Called with each measurement, first for round 0, before any connection. */
  onMeasure?: (measure: Measure) => void;
}

/**
 * Opens and ends connections to a ws:// and a wss:// service, and measures both after each round.
 *
 * @returns the measurements after the rounds
 */
export async function measureRounds(rendered: Rendered, options: Rounds): Promise<Measure[]> {
  const { rounds, connections, onMeasure } = options;
  const collects = ['--expose-gc'];
  const ws = await rendered.start('ws', collects);
  const wss = await rendered.start('wss', collects);
  const services = { ws, wss };
  const before = { ws: await ws.holdings(), wss: await wss.holdings() };
  const measures: Measure[] = [];
  const measure = async (round: number, service: Service, scheme: 'ws' | 'wss') => {
    const holdings = await settledHoldings(service, before[scheme]);
    const first = measures.find((each) => each.scheme === scheme)?.holdings ?? holdings;
    const ratio = holdings.heapUsed / first.heapUsed;
    const left = leftovers(before[scheme], holdings);
    const made = { scheme, round, holdings, ratio, left };
    onMeasure?.(made);
    return made;
  };
  try {
    for (const scheme of schemes) {
      await measure(0, services[scheme], scheme);
    }
    for (let round = 1; round <= rounds; round += 1) {
      await churn([ws, wss], connections);
      for (const scheme of schemes) {
        measures.push(await measure(round, services[scheme], scheme));
      }
    }
    return measures;
  } finally {
    await Promise.all([ws.stop(), wss.stop()]);
  }
}
