import { isOldHttp, isPlainOnTls, isProxyError, statusIn } from './answers.js';
import { answerText, refusal } from './signals.js';
import type { HttpAnswer } from '../evidence.js';
import type { Rule } from './verdict.js';

/** The headers of a handshake, as received. */
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
        cause: `Port ${target.port} of ${target.host} speaks TLS, but the URL begins with ws://.`,
        evidence: `A plain handshake was ${said}${evidence.otherScheme?.tls?.end === 'secure' ? '. A TLS handshake succeeds' : ''}.`,
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
          cause: 'The server answers with 101, but not with a valid WebSocket handshake.',
          evidence: `HTTP status 101 with ${handshakeText(upgrade.answer)}. A valid answer has Upgrade, Connection and a Sec-WebSocket-Accept that fits the key, and no protocol or extension that was not requested.`,
          fix: 'Check what listens there: the URL leads to another service, or a proxy creates the answer.',
        };
      }
      if (isPlainOnTls(evidence)) {
        return undefined;
      }
      if (upgrade?.end === 'too-long' && upgrade.answer === undefined) {
        return {
          cause: 'The server sends endless data instead of a handshake.',
          evidence: 'Hundreds of kilobytes arrived.',
          fix: 'Check what listens there: the URL leads to another service.',
        };
      }
      if (upgrade === undefined || upgrade.bytes === '') {
        return undefined;
      }
      return {
        cause: 'The server does not speak HTTP or WebSocket.',
        evidence: `It sent "${upgrade.bytes}".`,
        fix: 'Check the port in the URL.',
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
              'The server accepts the handshake but does not answer. It hangs, or waits for something itself.',
            evidence: `No answer within ${surroundings.limit / 1000} s.`,
            fix: "Check the server's log, its hooks, and the proxies in front of it.",
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
            ? 'The server is full, shutting down, or not ready.'
            : 'The server fails while it handles the handshake.',
        evidence: `${answerText(answer)}.`,
        fix: "Check the server's log: a hook or the route itself fails.",
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
            cause:
              'The server limits how often one client may connect, or how many connections it may have.',
            evidence: `${answerText(answer)}.`,
            fix: 'Close other connections, wait, or raise the limit of the server.',
          };
    },
  },
];
