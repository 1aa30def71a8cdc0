import { isHidden, statusIn, unknownRefusal } from './answers.js';
import { answerText } from './signals.js';
import type { HttpAnswer } from '../evidence.js';
import type { Rule } from './verdict.js';

const noRoute = /not found|cannot get|nothing at this address|no such/i;

/** What a Socket.IO server answers when the query of the URL is missing or wrong. */
function isEngineIo({ body }: HttpAnswer): boolean {
  const message =
    /"message":"(Transport unknown|Bad handshake method|Unsupported protocol version)"/;
  return message.test(body);
}

/** The socket is somewhere else. */
export const pathRules: Rule[] = [
  {
    code: 'redirect',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = statusIn(evidence, 301, 302, 303, 307, 308);
      if (answer === undefined) {
        return undefined;
      }
      const to = (answer.headers['location'] ?? 'nowhere')
        .replace(/\/\/[^/@]*@/, '//')
        .slice(0, 200);
      const socket = to.replace(/^http/, 'ws');
      return {
        cause: 'The server redirects the handshake. WebSocket clients do not follow redirects.',
        evidence: `HTTP status ${answer.status} to ${to}.`,
        fix: /^wss?:/.test(socket)
          ? `Use ${socket} if the socket is there, or do not redirect the socket's path.`
          : "Use the URL to which the server redirects, or do not redirect the socket's path.",
      };
    },
  },
  {
    code: 'wrong-path',
    stage: 'upgrade',
    judge: (evidence) => {
      const { path } = evidence.target;
      const gone = statusIn(evidence, 404, 410);
      if (gone !== undefined && !isHidden(gone)) {
        const sure = noRoute.test(gone.body) || gone.status === 410;
        return {
          cause: `The server has nothing at ${path}.`,
          evidence: `${answerText(gone)}.`,
          fix: "Check the path in the URL: compare it with the route in the server's code and its prefixes.",
          ...(sure ? {} : { alternatives: ['upgrade-stripped' as const] }),
        };
      }
      const refused = statusIn(evidence, 400);
      if (refused !== undefined && isEngineIo(refused)) {
        return {
          cause: 'A Socket.IO server answers, but the URL is not its socket URL.',
          evidence: `${answerText(refused)}.`,
          fix: 'Use the Socket.IO client, or its URL: /socket.io/?EIO=4&transport=websocket.',
        };
      }
      const other = unknownRefusal(evidence);
      return other === undefined
        ? undefined
        : {
            cause: `The server refuses the handshake. Most often its socket has another path than ${path}.`,
            evidence: `${answerText(other)}.`,
            fix: 'Check the path in the URL: compare it with the route, or with the option `path` of the WebSocket server.',
            alternatives: ['not-a-websocket-route', 'origin-refused'],
          };
    },
  },
];
