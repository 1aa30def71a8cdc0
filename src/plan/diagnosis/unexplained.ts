import { everyClient } from './client.js';
import { answerText, isOpen } from './signals.js';
import type { Evidence } from './evidence.js';
import type { Verdict } from './verdict.js';

/** @returns whether the server was reached, and no socket came of it */
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

/** @returns the verdict where no rule knows why: that nothing is wrong is never said then */
export function unexplained(evidence: Evidence): Verdict {
  return {
    code: 'not-a-websocket-server',
    stage: 'upgrade',
    severity: 'blocking',
    certainty: 'likely',
    clients: everyClient,
    cause: 'No socket was opened, and what was seen fits no cause that is known here.',
    evidence: `${seen(evidence)}.`,
    fix: "Look at the server's log, and at the proxies before it.",
    commands: [],
    alternatives: ['wrong-path', 'handler-died'],
  };
}
