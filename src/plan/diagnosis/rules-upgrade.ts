import { isOldHttp, isPlainOnTls, isProxyError, statusIn } from './answers.js';
import { answerText, refusal } from './signals.js';
import type { HttpAnswer } from './evidence.js';
import type { Rule } from './verdict.js';

/** The headers of a handshake, as they came. */
function handshakeText({ headers }: HttpAnswer): string {
  const names = ['upgrade', 'connection', 'sec-websocket-accept'];
  const odd = ['sec-websocket-protocol', 'sec-websocket-extensions'];
  const shown = [...names, ...odd.filter((name) => headers[name] !== undefined)];
  return shown.map((name) => `${name}: ${(headers[name] ?? 'nothing').slice(0, 60)}`).join(', ');
}

export const upgradeRules: Rule[] = [
  {
    code: 'plain-on-tls-port',
    stage: 'upgrade',
    judge: (evidence) => {
      const { target, upgrade } = evidence;
      if (!isPlainOnTls(evidence)) {
        return undefined;
      }
      const url = target.url.replace(/^ws/, 'wss');
      const said =
        upgrade?.answer === undefined ? 'dropped' : `answered with ${answerText(upgrade.answer)}`;
      return {
        cause: `Port ${target.port} of ${target.host} speaks TLS, and the URL begins with ws://.`,
        evidence: `A plain handshake was ${said}${evidence.otherScheme?.tls?.end === 'secure' ? ', one of TLS succeeds' : ''}.`,
        fix: `Use ${url}.`,
      };
    },
  },
  {
    code: 'not-a-websocket-server',
    stage: 'upgrade',
    judge: (evidence) => {
      const { upgrade } = evidence;
      if (upgrade?.answer?.status === 101 && !upgrade.answer.accepted) {
        return {
          cause: 'Something answers that it changes the protocol, and does not know WebSocket.',
          evidence: `HTTP status 101 with ${handshakeText(upgrade.answer)}. Sec-WebSocket-Accept has to fit the key, Upgrade and Connection have to be there, and nothing that was not asked for.`,
          fix: 'Look at what listens there: the URL leads to another service, or a proxy makes the answer up.',
        };
      }
      if (isPlainOnTls(evidence)) {
        return undefined;
      }
      if (upgrade?.end === 'too-long' && upgrade.answer === undefined) {
        return {
          cause: 'An answer without end comes, and no handshake.',
          evidence: 'Hundreds of kilobytes came.',
          fix: 'Look at what listens there: the URL leads to another service.',
        };
      }
      if (upgrade === undefined || upgrade.bytes === '') {
        return undefined;
      }
      return {
        cause: 'What answers does not speak HTTP, and no WebSocket.',
        evidence: `It said "${upgrade.bytes}".`,
        fix: 'Correct the port in the URL.',
      };
    },
  },
  {
    code: 'silent',
    stage: 'upgrade',
    judge: ({ upgrade, surroundings, otherScheme }) =>
      upgrade?.end === 'timeout' &&
      upgrade.answer === undefined &&
      upgrade.bytes === '' &&
      otherScheme?.tls?.end !== 'secure'
        ? {
            cause:
              'The server takes the handshake and does not answer: it hangs, or waits for something itself.',
            evidence: `No answer within ${surroundings.limit / 1000} s.`,
            fix: "Look at the server's log, at what it waits for in its hooks, and at the proxies before it.",
          }
        : undefined,
  },
  {
    code: 'server-error',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const own = [502, 504].includes(answer?.status ?? 0);
      if (
        answer === undefined ||
        answer.status < 500 ||
        own ||
        isOldHttp(answer) ||
        isProxyError(answer)
      ) {
        return undefined;
      }
      return {
        cause:
          answer.status === 503
            ? 'The server has no room, stops just now, or is not ready.'
            : 'The server fails while it handles the handshake.',
        evidence: `${answerText(answer)}.`,
        fix: "Look at the server's log: a hook or the route itself fails.",
      };
    },
  },
  {
    code: 'too-many-requests',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = statusIn(evidence, 429);
      return answer === undefined
        ? undefined
        : {
            cause: 'The server limits how often or how many times one client may connect.',
            evidence: `${answerText(answer)}.`,
            fix: 'Close other connections, wait, or raise the limit of the server.',
          };
    },
  },
];
