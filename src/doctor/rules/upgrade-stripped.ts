import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { isHidden, proxyIn } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { isUpgradeDropped } from './shared/unanswered.js';
import { isEngineIoRefusal, isOldHttp, refusal } from './shared/upgrade.js';

/** The directives with which nginx forwards an upgrade. */
const nginxWords =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

function passFix(answer: HttpAnswer): string {
  const proxy = proxyIn(answer) ?? '';
  return /nginx|openresty/i.test(proxy) || proxy === ''
    ? `Make each proxy on the way forward the upgrade. For nginx, add to the location: ${nginxWords}`
    : `Make ${proxy} forward the upgrade.`;
}

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

/** An answer to a request that may have lost its upgrade. */
function strippedAnswer(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  const isOne = answer !== undefined && ([426, 404].includes(answer.status) || isOldHttp(answer));
  return isOne || (answer !== undefined && isEngineIoRefusal(answer)) ? answer : undefined;
}

export const upgradeStripped: Rule = {
  code: 'upgrade-stripped',
  meaning: 'something on the way removes the Upgrade header',
  upgrade: (evidence) => {
    const { plainRequest } = evidence;
    if (plainRequest !== undefined && isUpgradeDropped(evidence)) {
      return {
        cause: 'A proxy on the way forwards requests to the service, but drops upgrades.',
        evidence: `The handshake got no answer. A plain request got ${answerText(plainRequest)}.`,
        fix: 'Make the development server or the proxy in front forward upgrades (Vite, webpack, http-proxy: `ws: true`; @fastify/http-proxy: `websocket: true`).',
      };
    }
    const answer = strippedAnswer(evidence);
    const seen = answer === undefined ? undefined : seenBy(answer);
    if (answer === undefined) {
      return undefined;
    }
    if (answer.status === 404) {
      return isHidden(answer)
        ? {
            cause:
              'A proxy on the way removes the Upgrade header, or its upstream does not know the path.',
            evidence: `${answerText(answer)}.`,
            fix: passFix(answer),
            alternatives: ['wrong-path', 'not-a-websocket-route'],
          }
        : undefined;
    }
    return {
      cause: isOldHttp(answer)
        ? 'A proxy on the way speaks HTTP/1.0 to the service, which has no upgrade.'
        : 'Something between this machine and the service removes the Upgrade header.',
      evidence:
        seen === undefined ? `${answerText(answer)}.` : `HTTP status 426. ${seenText(seen)}`,
      fix: passFix(answer),
      ...(seen === undefined && !isOldHttp(answer) ? { alternatives: ['upgrade-ignored'] } : {}),
    };
  },
};
