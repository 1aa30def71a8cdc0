import { isEngineIoRefusal, isHidden, isOldHttp, isWelcome } from './answers.js';
import { answerText, proxyIn, refusal } from './signals.js';
import type { Evidence, HttpAnswer } from './evidence.js';
import type { Rule } from './verdict.js';

/** Names of proxies that need to be told to pass an upgrade on, with the words that do. */
const nginxWords =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

function passFix(answer: HttpAnswer): string {
  const proxy = proxyIn(answer) ?? '';
  return /nginx|openresty/i.test(proxy) || proxy === ''
    ? `Let each proxy on the way pass the upgrade on. In nginx, in the location: ${nginxWords}`
    : `Let ${proxy} pass the upgrade on.`;
}

interface Seen {
  upgrade?: unknown;
  httpVersion?: unknown;
  connection?: unknown;
}

/** What a project of ours says that it saw of the handshake. */
function seenBy({ body }: HttpAnswer): Seen | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const seen: unknown = Object(parsed).seen;
    return typeof seen === 'object' && seen !== null ? seen : undefined;
  } catch {
    // It is somebody else's answer.
    return undefined;
  }
}

/** What arrived at the service, in a sentence; JSON's `null` is nothing. */
function seenText({ upgrade, connection, httpVersion }: Seen): string {
  const [wanted, kept] = [upgrade, connection].map((value) => String(value ?? 'nothing'));
  const version = httpVersion === undefined ? '' : ` over HTTP/${String(httpVersion)}`;
  return `The service saw for Upgrade: ${wanted}, for Connection: ${kept}${version}.`;
}

/** An answer that may be given for want of an upgrade. */
function strippedAnswer(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  const isOne = answer !== undefined && ([426, 404].includes(answer.status) || isOldHttp(answer));
  return isOne || (answer !== undefined && isEngineIoRefusal(answer)) ? answer : undefined;
}

/** The route would open a socket, if the upgrade arrived or were looked at. */
export const strippedRules: Rule[] = [
  {
    code: 'upgrade-stripped',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = strippedAnswer(evidence);
      const seen = answer === undefined ? undefined : seenBy(answer);
      if (answer === undefined) {
        return undefined;
      }
      if (answer.status === 404) {
        return isHidden(answer)
          ? {
              cause:
                'A proxy on the way takes the Upgrade header away, or the path is not known behind it.',
              evidence: `${answerText(answer)}.`,
              fix: passFix(answer),
              alternatives: ['wrong-path', 'not-a-websocket-route'],
            }
          : undefined;
      }
      return {
        cause: isOldHttp(answer)
          ? 'A proxy on the way speaks HTTP/1.0 to the service, in which there is no upgrade.'
          : 'Something between here and the service takes the Upgrade header away.',
        evidence:
          seen === undefined ? `${answerText(answer)}.` : `HTTP status 426. ${seenText(seen)}`,
        fix: passFix(answer),
        ...(seen === undefined && !isOldHttp(answer)
          ? { alternatives: ['upgrade-ignored' as const] }
          : {}),
      };
    },
  },
  {
    code: 'upgrade-ignored',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const odd = [300, 304, 305, 306];
      const plain = answer !== undefined && (answer.status < 300 || odd.includes(answer.status));
      if (answer === undefined || !plain || isWelcome(answer)) {
        return undefined;
      }
      const proxy = proxyIn(answer);
      return {
        cause: 'The server answers the handshake as it answers a plain request.',
        evidence: `${answerText(answer)}.`,
        fix: 'If this is the server that is meant, let the route take WebSockets: in Fastify `await app.register(websocket)` before the routes, and `{ websocket: true }` on this one.',
        ...(proxy === undefined ? {} : { alternatives: ['upgrade-stripped' as const] }),
      };
    },
  },
];
