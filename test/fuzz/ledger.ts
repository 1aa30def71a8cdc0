import type { Case, Scheme } from './cases.js';
import { brokenFault, type Outcome } from './play.js';
import type { Peer } from './peer.js';

/** A case in which the service did something wrong. */
export interface Failure {
  number: number;
  name: string;
  scheme: Scheme;
  fault: string;
  /** What was sent after the handshake of a socket, or everything, in hexadecimal digits. */
  sent: string;
}

/** The results of the cases so far. */
export interface Ledger {
  played: number;
  failures: Failure[];
  /** How often each kind had each outcome. */
  counts: Map<string, Map<string, number>>;
  /** How many connections were opened to each service. */
  connections: Record<Scheme, number>;
  note: (each: Case, outcome: Outcome) => void;
  /** Ends the connections that are still open. */
  release: () => void;
}

/** How many connections are kept open at a time. */
const heldMost = 40;

export function openLedger(): Ledger {
  const held: { peer: Peer; each: Case }[] = [];
  const fail = ({ number, name, scheme, pieces }: Case, fault: string | undefined): void => {
    if (fault !== undefined) {
      const sent = Buffer.concat(pieces).toString('hex');
      ledger.failures.push({ number, name, scheme, fault, sent });
    }
  };
  const release = (most: number): void => {
    for (const { peer, each } of held.splice(0, Math.max(0, held.length - most))) {
      fail(each, brokenFault(peer));
      peer.wire.destroy();
    }
  };
  const ledger: Ledger = {
    played: 0,
    failures: [],
    counts: new Map(),
    connections: { ws: 0, wss: 0 },
    note: (each, { seen, fault, held: peer }) => {
      const outcomes = ledger.counts.get(each.name) ?? new Map<string, number>();
      ledger.counts.set(each.name, outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1));
      ledger.played += 1;
      fail(each, fault);
      if (peer !== undefined) {
        held.push({ peer, each });
        release(heldMost);
      }
    },
    release: () => release(0),
  };
  return ledger;
}
