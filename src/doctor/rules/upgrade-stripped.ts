import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { isHidden, isUndecided, proxyName, upgradeFix } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { isUpgradeDropped } from './shared/unanswered.js';

interface Seen {
  upgrade?: unknown;
  httpVersion?: unknown;
  connection?: unknown;
}

/** What a generated service says that it received of the handshake. */
function seenBy({ body }: HttpAnswer): Seen | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const seen: unknown = Object(parsed).seen;
    return typeof seen === 'object' && seen !== null ? seen : undefined;
  } catch {
    // The answer is from another server.
    return undefined;
  }
}

/** What arrived at the service, in a sentence; `null` means that the header is missing. */
function seenText({ upgrade, connection, httpVersion }: Seen): string {
  const [wanted, kept] = [upgrade, connection].map((value) => String(value ?? 'nothing'));
  const version = httpVersion === undefined ? '' : ` over HTTP/${String(httpVersion)}`;
  return `The service received Upgrade: ${wanted}, Connection: ${kept}${version}.`;
}

/** The service treats the handshake as a plain request, or knows no such path. */
function undecided(answer: HttpAnswer, { target }: Evidence): Finding {
  return {
    cause: `${proxyName(answer)} does not forward the Upgrade header, or the service has nothing at ${target.path}.`,
    evidence: `${answerText(answer)}.`,
    ...upgradeFix(answer),
    alternatives: isHidden(answer)
      ? ['wrong-path', 'not-a-websocket-route']
      : ['wrong-path', 'upgrade-ignored', 'proxy-unknown-host'],
  };
}

const usualCause = 'Something between this machine and the service removes the Upgrade header.';

/** A server that requires the upgrade that was sent. */
function required(answer: HttpAnswer): Finding {
  const seen = seenBy(answer);
  return {
    cause: usualCause,
    evidence: seen === undefined ? `${answerText(answer)}.` : `HTTP status 426. ${seenText(seen)}`,
    ...upgradeFix(answer),
    ...(seen === undefined ? { alternatives: ['upgrade-ignored'] } : {}),
  };
}

/** A plain request reaches the service, which demands the upgrade; the handshake got no answer. */
function dropped(evidence: Evidence): Finding | undefined {
  const { plainRequest } = evidence;
  return plainRequest === undefined || !isUpgradeDropped(evidence)
    ? undefined
    : {
        cause: 'A proxy on the way forwards requests to the service, but drops upgrades.',
        evidence: `The handshake got no answer. A plain request got ${answerText(plainRequest)}.`,
        fix: 'Make the development server or the proxy in front forward upgrades (Vite, webpack, http-proxy: `ws: true`; @fastify/http-proxy: `websocket: true`).',
      };
}

const judgeRefusal = judgeAnswer('upgrade-stripped', {
  usual: (who, answer) => ({ cause: usualCause, ...upgradeFix(answer, who) }),
  otherwise: (answer, evidence) => {
    if (isUndecided(answer, evidence)) {
      return undecided(answer, evidence);
    }
    return answer.status === 426 ? required(answer) : undefined;
  },
});

export const upgradeStripped: Rule = {
  code: 'upgrade-stripped',
  meaning: 'something on the way removes the Upgrade header',
  advice: ({ upgrade }) => upgradeFix(upgrade?.answer),
  upgrade: (evidence) => dropped(evidence) ?? judgeRefusal(evidence),
};
