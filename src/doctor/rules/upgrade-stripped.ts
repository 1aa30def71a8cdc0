import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { isHidden, upgradeFix } from './shared/proxy.js';
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

function hidden(answer: HttpAnswer): Finding {
  return {
    cause: 'A proxy on the way removes the Upgrade header, or its upstream does not know the path.',
    evidence: `${answerText(answer)}.`,
    fix: upgradeFix(answer),
    alternatives: ['wrong-path', 'not-a-websocket-route'],
  };
}

const usualCause = 'Something between this machine and the service removes the Upgrade header.';

/** A server that requires the upgrade that was sent. */
function required(answer: HttpAnswer): Finding {
  const seen = seenBy(answer);
  return {
    cause: usualCause,
    evidence: seen === undefined ? `${answerText(answer)}.` : `HTTP status 426. ${seenText(seen)}`,
    fix: upgradeFix(answer),
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
  usual: (who, answer) => ({ cause: usualCause, fix: upgradeFix(answer, who) }),
  otherwise: (answer) => {
    if (isHidden(answer)) {
      return hidden(answer);
    }
    return answer.status === 426 ? required(answer) : undefined;
  },
});

export const upgradeStripped: Rule = {
  code: 'upgrade-stripped',
  meaning: 'something on the way removes the Upgrade header',
  upgrade: (evidence) => dropped(evidence) ?? judgeRefusal(evidence),
};
