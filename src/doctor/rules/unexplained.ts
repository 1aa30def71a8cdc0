import { everyClient } from '../client.js';
import { answerText, isOpen } from './signals.js';
import type { Evidence } from '../evidence.js';
import type { Verdict } from './verdict.js';

/** @returns whether the server was reached but no socket opened */
export function isUnexplained({ tls, upgrade }: Evidence): boolean {
  const wasAsked = upgrade !== undefined || (tls !== undefined && tls.end !== 'secure');
  return wasAsked && !isOpen(upgrade);
}

function seen({ tls, upgrade }: Evidence): string {
  if (upgrade?.answer !== undefined) {
    return answerText(upgrade.answer);
  }
  const { code, alert, end } = upgrade ?? tls ?? { end: 'closed' };
  const words = [code, alert === undefined ? undefined : `TLS alert ${alert}`, end];
  return words.filter((word) => word !== undefined).join(', ');
}

/** @returns the verdict when no rule explains the failure: such a connection is never `healthy` */
export function unexplained(evidence: Evidence): Verdict {
  return {
    code: 'not-a-websocket-server',
    stage: 'upgrade',
    severity: 'blocking',
    certainty: 'likely',
    clients: everyClient,
    cause: 'No socket was opened, and the evidence fits no known cause.',
    evidence: `${seen(evidence)}.`,
    fix: "Check the server's log, and the proxies in front of it.",
    commands: [],
    alternatives: ['wrong-path', 'handler-died'],
  };
}
