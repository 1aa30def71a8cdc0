import type { PolicyName } from './policies.js';
import type { Ending, Storm } from './storm.js';

/** What is simulated for each number of clients and instances. */
export interface Setup {
  title: string;
  storm: Pick<Storm, 'clients' | 'instances' | 'affected' | 'ending' | 'returnMs'>;
}

/** How long an instance takes to restart. */
const restartMs = 3000;

const crash: Ending = { kind: 'crash' };

/** Slices of 250 a second for each instance that remains, and the time that they need. */
function stop(instances: number, closingMs = 60_000): Ending {
  return { kind: 'stop', perSecond: 250 * Math.max(1, instances - 1), closingMs };
}

/** What can happen to this number of clients and instances. */
export function setupsFor(clients: number, instances: number): Setup[] {
  const both = { clients, instances, returnMs: restartMs };
  const third = Math.round(instances / 3);
  const restart = { ...both, affected: 1, ending: stop(instances) };
  const short = { ...both, affected: 1, ending: stop(instances, 2500) };
  return [
    { title: 'one instance restarts, with time for slices', storm: restart },
    { title: 'one instance restarts within 5 s', storm: short },
    { title: 'one instance crashes', storm: { ...both, affected: 1, ending: crash } },
    ...(third > 1
      ? [
          {
            title: 'a third of the instances is lost',
            storm: { ...both, affected: third, ending: crash, returnMs: Number.POSITIVE_INFINITY },
          },
        ]
      : []),
    {
      title: 'the load balancer restarts',
      storm: { ...both, affected: instances, ending: { kind: 'load balancer' } },
    },
  ];
}

/** Numbers of clients and instances. */
export const sizes: [clients: number, instances: number][] = [
  [1000, 1],
  [10_000, 1],
  [10_000, 2],
  [100_000, 20],
  [1_000_000, 200],
];

/** Real storms with two instances: what happens to one of them, and how the clients come back. */
export interface RealSetup {
  policy: PolicyName;
  signal: 'SIGTERM' | 'SIGKILL';
  settings: Record<string, string>;
}

export const realSetups: RealSetup[] = [
  { policy: 'fixed 1 s', signal: 'SIGKILL', settings: {} },
  { policy: 'half random from 0.5 s', signal: 'SIGKILL', settings: {} },
  { policy: 'no window named', signal: 'SIGKILL', settings: {} },
  {
    policy: 'window named',
    signal: 'SIGTERM',
    settings: { SHUTDOWN_MS: '60000', DRAIN_MS: '2000', CLOSES_PER_SECOND: '250' },
  },
  {
    policy: 'window named',
    signal: 'SIGTERM',
    settings: { SHUTDOWN_MS: '7000', DRAIN_MS: '2000', CLOSES_PER_SECOND: '250' },
  },
];
